package org.posthorn.imap.command;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.posthorn.imap.State;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;

/// The whole language: every command, the states in which it is valid (RFC 3501 §6), and whether
/// expunges may be told before its tagged answer.
public enum Verb {
  CAPABILITY("CAPABILITY", In.ANY, in -> Capability.parse(in)),
  NOOP("NOOP", In.ANY, in -> Noop.parse(in)),
  LOGOUT("LOGOUT", In.ANY, in -> Logout.parse(in)),
  LANGUAGE("LANGUAGE", In.ANY, in -> ChooseLanguage.parse(in)),
  ID("ID", In.ANY, in -> Id.parse(in)),

  STARTTLS("STARTTLS", In.NEW, in -> StartTls.parse(in)),
  AUTHENTICATE("AUTHENTICATE", In.NEW, in -> Authenticate.parse(in)),
  LOGIN("LOGIN", In.NEW, in -> Login.parse(in)),

  ENABLE("ENABLE", In.LOGGED_IN, in -> Enable.parse(in)),
  UNAUTHENTICATE("UNAUTHENTICATE", In.LOGGED_IN, in -> Unauthenticate.parse(in)),
  SELECT("SELECT", In.LOGGED_IN, in -> Select.parse(in, false)),
  EXAMINE("EXAMINE", In.LOGGED_IN, in -> Select.parse(in, true)),
  CREATE("CREATE", In.LOGGED_IN, in -> Create.parse(in)),
  DELETE("DELETE", In.LOGGED_IN, in -> Delete.parse(in)),
  RENAME("RENAME", In.LOGGED_IN, in -> Rename.parse(in)),
  SUBSCRIBE("SUBSCRIBE", In.LOGGED_IN, in -> Subscribe.parse(in)),
  UNSUBSCRIBE("UNSUBSCRIBE", In.LOGGED_IN, in -> Unsubscribe.parse(in)),
  LIST("LIST", In.LOGGED_IN, in -> ListMailboxes.parse(in)),
  LSUB("LSUB", In.LOGGED_IN, in -> Lsub.parse(in)),
  XLIST("XLIST", In.LOGGED_IN, in -> Xlist.parse(in)),
  NAMESPACE("NAMESPACE", In.LOGGED_IN, in -> Namespace.parse(in)),
  SETACL("SETACL", In.LOGGED_IN, in -> SetAcl.parse(in)),
  DELETEACL("DELETEACL", In.LOGGED_IN, in -> DeleteAcl.parse(in)),
  GETACL("GETACL", In.LOGGED_IN, in -> GetAcl.parse(in)),
  LISTRIGHTS("LISTRIGHTS", In.LOGGED_IN, in -> ListRights.parse(in)),
  MYRIGHTS("MYRIGHTS", In.LOGGED_IN, in -> MyRights.parse(in)),
  STATUS("STATUS", In.LOGGED_IN, in -> Status.parse(in)),
  GETMETADATA("GETMETADATA", In.LOGGED_IN, in -> GetMetadata.parse(in)),
  SETMETADATA("SETMETADATA", In.LOGGED_IN, in -> SetMetadata.parse(in)),
  GETQUOTA("GETQUOTA", In.LOGGED_IN, in -> GetQuota.parse(in)),
  GETQUOTAROOT("GETQUOTAROOT", In.LOGGED_IN, in -> GetQuotaRoot.parse(in)),
  SETQUOTA("SETQUOTA", In.LOGGED_IN, in -> SetQuota.parse(in)),
  APPEND("APPEND", In.LOGGED_IN, in -> Append.parse(in)),
  COMPARATOR("COMPARATOR", In.LOGGED_IN, in -> SetComparator.parse(in)),
  ESEARCH("ESEARCH", In.LOGGED_IN, in -> MultiSearch.parse(in)),
  RESETKEY("RESETKEY", In.LOGGED_IN, in -> ResetKey.parse(in)),
  GENURLAUTH("GENURLAUTH", In.LOGGED_IN, in -> GenUrlAuth.parse(in)),
  URLFETCH("URLFETCH", In.LOGGED_IN, in -> UrlFetch.parse(in)),
  NOTIFY("NOTIFY", In.LOGGED_IN, in -> Notify.parse(in)),
  COMPRESS("COMPRESS", In.LOGGED_IN, in -> Compress.parse(in)),
  IDLE("IDLE", In.LOGGED_IN, in -> Idle.parse(in)),

  UIDBATCHES("UIDBATCHES", In.SELECTED, in -> UidBatches.parse(in)),
  CHECK("CHECK", In.SELECTED, in -> Check.parse(in)),
  CLOSE("CLOSE", In.SELECTED, in -> Close.parse(in)),
  UNSELECT("UNSELECT", In.SELECTED, in -> Unselect.parse(in)),
  EXPUNGE("EXPUNGE", In.SELECTED, in -> Expunge.parse(in, false)),
  UID_EXPUNGE("UID EXPUNGE", In.SELECTED, in -> Expunge.parse(in, true)),
  // RFC 3501 §7.4.1, RFC 5256 §3: no EXPUNGE while answering these, their numbers would change
  // meaning
  SEARCH("SEARCH", In.SELECTED, in -> Search.parse(in, false), false),
  SORT("SORT", In.SELECTED, in -> Sort.parse(in, false), false),
  THREAD("THREAD", In.SELECTED, in -> ThreadMessages.parse(in, false), false),
  FETCH("FETCH", In.SELECTED, in -> Fetch.parse(in, false), false),
  STORE("STORE", In.SELECTED, in -> StoreFlags.parse(in, false), false),
  COPY("COPY", In.SELECTED, in -> Copy.parse(in, false)),
  MOVE("MOVE", In.SELECTED, in -> Move.parse(in, false)),
  REPLACE("REPLACE", In.SELECTED, in -> Replace.parse(in, false)),
  CANCELUPDATE("CANCELUPDATE", In.SELECTED, in -> CancelUpdate.parse(in)),
  UID_SEARCH("UID SEARCH", In.SELECTED, in -> Search.parse(in, true)),
  UID_SORT("UID SORT", In.SELECTED, in -> Sort.parse(in, true)),
  UID_THREAD("UID THREAD", In.SELECTED, in -> ThreadMessages.parse(in, true)),
  UID_FETCH("UID FETCH", In.SELECTED, in -> Fetch.parse(in, true)),
  UID_STORE("UID STORE", In.SELECTED, in -> StoreFlags.parse(in, true)),
  UID_REPLACE("UID REPLACE", In.SELECTED, in -> Replace.parse(in, true)),
  UID_COPY("UID COPY", In.SELECTED, in -> Copy.parse(in, true)),
  UID_MOVE("UID MOVE", In.SELECTED, in -> Move.parse(in, true));

  /// States in which a command is valid.
  private enum In {
    ANY,
    NEW,
    LOGGED_IN,
    SELECTED
  }

  private interface Parser {
    /// From behind the command's name; the line's end is checked by the caller.
    Command parse(ImapReader in) throws IOException;
  }

  private static final Map<String, Verb> BY_WORD = new HashMap<>();

  static {
    for (Verb v : values()) {
      BY_WORD.put(v.word, v);
    }
  }

  private final String word;
  private final In valid;
  private final Parser parser;
  private final boolean tellsExpunges;

  Verb(String word, In valid, Parser parser) {
    this(word, valid, parser, true);
  }

  Verb(String word, In valid, Parser parser, boolean tellsExpunges) {
    this.word = word;
    this.valid = valid;
    this.parser = parser;
    this.tellsExpunges = tellsExpunges;
  }

  /// Reads the command's name.
  public static Verb read(ImapReader in) {
    String word = in.word();
    if (word.equals("UID")) {
      in.expectSpace();
      word = "UID " + in.word();
    }
    Verb v = BY_WORD.get(word);
    if (v == null) {
      throw CommandException.bad("Unknown command");
    }
    return v;
  }

  public void check(State state) {
    String wrong =
        switch (valid) {
          case ANY -> null;
          case NEW -> state == State.NOT_AUTHENTICATED ? null : "Already logged in";
          case LOGGED_IN -> state == State.NOT_AUTHENTICATED ? "Log in first" : null;
          case SELECTED ->
              switch (state) {
                case NOT_AUTHENTICATED -> "Log in first";
                case AUTHENTICATED -> "No mailbox is selected";
                case SELECTED, LOGOUT -> null;
              };
        };
    if (wrong != null) {
      throw CommandException.bad(wrong);
    }
  }

  /// Reads the arguments.
  public Command parse(ImapReader in) throws IOException {
    Command c = parser.parse(in);
    in.expectEnd();
    return c;
  }

  /// Whether its arguments are message numbers, for which it has a sister with UIDs.
  public boolean usesNumbers() {
    return this != EXPUNGE && BY_WORD.containsKey("UID " + word);
  }

  /// Whether it takes messages out of the selected mailbox.
  public boolean expunges() {
    return switch (this) {
      case EXPUNGE, UID_EXPUNGE, MOVE, UID_MOVE, REPLACE, UID_REPLACE -> true;
      default -> false;
    };
  }

  public boolean tellsExpunges() {
    return tellsExpunges;
  }

  /// As it is written on the wire.
  public String word() {
    return word;
  }
}
