package org.posthorn.imap;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.posthorn.directory.Login;
import org.posthorn.imap.command.Command;
import org.posthorn.imap.command.Reply;
import org.posthorn.imap.command.Verb;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.NameEncoding;
import org.posthorn.mime.Collation;
import org.posthorn.net.Connection;
import org.posthorn.net.LineTooLongException;
import org.posthorn.net.sasl.Claim;
import org.posthorn.net.sasl.Judge;
import org.posthorn.net.sasl.SaslLine;
import org.posthorn.net.sasl.SaslOffer;
import org.posthorn.store.Account;
import org.posthorn.store.Refused;
import org.posthorn.store.Rights.Right;
import org.posthorn.store.StoreUnavailable;

/// One client.
///
/// Life: greeting → (read a command → check its state → parse → run → tell changes → tagged answer)
/// again and again → close. All on the connection's virtual thread; during IDLE a second one writes
/// and this one only reads. Commands run in the order in which they come, one at a time.
///
/// This is the only place that turns what goes wrong into an answer: [#answer].
public final class ImapSession {
  private static final System.Logger LOG = System.getLogger("posthorn.imap");

  /// Octets of a command before login: AUTHENTICATE with an initial response.
  private static final int COMMAND_MAX_BEFORE_LOGIN = SaslLine.LINE_MAX + 256;

  /// Octets of a command after login: long UID sets, search strings.
  private static final int COMMAND_MAX = 256 * 1024;

  /// Commands answered with BAD, before login and in a row after it.
  private static final int BAD_MAX_BEFORE_LOGIN = 10;

  private static final int BAD_MAX = 50;
  private static final int LOGIN_FAILURES_MAX = 5;

  /// The answer to a command that took longer is sent at once, not with the next ones: a client
  /// that has sent a hundred searches and left is found out.
  private static final Duration SLOW = Duration.ofMillis(100);

  private final ImapServer server;
  private final Connection connection;
  private final ImapWriter out;
  private final ImapReader in;
  private State state = State.NOT_AUTHENTICATED;

  /// Set at login.
  private Account account;

  private String user;

  /// The selected mailbox as the client knows it; null in other states.
  private SessionView view;

  /// In which a person reads texts.
  private Language language = Language.DEFAULT;

  /// How texts are compared (RFC 5255 §4.2).
  private Collation collation = Collation.UNICODE_CASEMAP;

  private News news = new News(this);

  private final Set<Extension> enabled = EnumSet.noneOf(Extension.class);

  private int bad;
  private int loginFailures;

  /// Of the command under way.
  private String tag;

  /// Why the session ends after the answer to this command; null if it does not.
  private String closing;

  ImapSession(ImapServer server, Connection connection) {
    this.server = server;
    this.connection = connection;
    this.out = new ImapWriter(connection.out());
    this.in = new ImapReader(new ConnectionSource(connection.in(), out), COMMAND_MAX_BEFORE_LOGIN);
    in.unaskedMax(server.config().offer().literals().unaskedMax());
  }

  void serve() throws IOException {
    in.skipMax(COMMAND_MAX_BEFORE_LOGIN);
    connection.deadline(server.config().loginTimeout());
    out.raw("* OK [").raw(Capabilities.list(this)).raw("] ");
    out.raw(server.config().hostname()).raw(" Posthorn ready").crlf();
    try {
      while (state != State.LOGOUT && command()) {}
    } catch (SocketTimeoutException e) {
      bye(null, "Idle for too long");
    } finally {
      LOG.log(DEBUG, "imap-end user={0}", user);
    }
    out.flush();
  }

  // ---- the loop

  /// Reads and runs one command; false when there is none any more.
  private boolean command() throws IOException {
    if (account != null) {
      connection.timeout(server.config().idleTimeout());
    }
    out.handOver();
    if (!awaitCommand()) {
      if (connection.draining()) {
        bye("UNAVAILABLE", "Server is shutting down");
      }
      return false;
    }
    if (account != null) {
      connection.timeout(server.config().dataTimeout());
    }
    tag = null;
    try {
      return one();
    } catch (LineTooLongException e) {
      return answerBad(CommandException.bad("TOOBIG", "Command line too long"));
    } finally {
      in.done();
      if (view != null) {
        view.release();
      }
    }
  }

  /// Where NOTIFY asks for it, what changes is told meanwhile.
  private boolean awaitCommand() throws IOException {
    if (!news.betweenCommands()) {
      return connection.awaitCommand();
    }
    boolean more;
    Teller teller = Teller.start(this, null);
    try {
      more = connection.awaitCommand();
    } finally {
      teller.end();
    }
    return more && teller.failure() == null;
  }

  private boolean one() throws IOException {
    if (!in.next()) {
      return false;
    }
    server.counters().commands.increment();
    long begun = server.ticker().nanos();
    Verb verb = null;
    try {
      tag = in.tag();
      in.expectSpace();
      verb = Verb.read(in);
      verb.check(state);
      if (has(Extension.UIDONLY) && verb.usesNumbers()) {
        throw uidRequired();
      }
      if (view != null) {
        view.begin();
      }
      Command c = verb.parse(in);
      Reply reply = c.run(this);
      answer(verb, reply);
      if (server.ticker().nanos() - begun > SLOW.toNanos()) {
        out.flush();
      }
      return true;
    } catch (CommandException e) {
      return answer(verb, e);
    } catch (Refused e) {
      return answer(verb, Refusals.of(e));
    } catch (StoreUnavailable e) {
      LOG.log(WARNING, "imap-unavailable command={0} user={1}", verb, user, e);
      return answer(verb, CommandException.no("UNAVAILABLE", "Temporary failure, try again later"));
    } catch (RuntimeException e) {
      server.counters().internalErrors.increment();
      LOG.log(ERROR, "imap-failure command={0} user={1}", verb, user, e);
      return answer(verb, CommandException.no("SERVERBUG", "Internal error"));
    }
  }

  /// Where a client that has none names messages by numbers (RFC 9586 §3).
  public static CommandException uidRequired() {
    return CommandException.bad("UIDREQUIRED", "Message numbers are not allowed with UIDONLY");
  }

  private void answer(Verb verb, Reply reply) throws IOException {
    bad = account == null ? bad : 0;
    news.tell(verb.tellsExpunges(), verb.expunges());
    String text = reply.text() == null ? verb.word() + " completed" : reply.text();
    tagged("OK", reply.code(), text);
    if (reply.then() != null) {
      out.flush();
      reply.then().run();
    }
  }

  /// The answer to a command that failed; false if the connection is to be closed.
  private boolean answer(Verb verb, CommandException e) throws IOException {
    switch (e.kind()) {
      case BYE -> {
        bye(e.code(), e.getMessage());
        return false;
      }
      case BAD -> {
        return answerBad(e);
      }
      case NO -> {
        server.counters().refused.increment();
        try {
          in.skipRest();
          news.tell(verb.tellsExpunges(), verb.expunges());
        } catch (CommandException worse) {
          bye(worse.code(), worse.getMessage());
          return false;
        } catch (Refused | StoreUnavailable worse) {
          // What changed is told another time; the answer is due now.
          LOG.log(DEBUG, "imap-not-told reason={0}", worse.getMessage());
        }
        tagged("NO", e.code(), e.getMessage());
        if (closing != null) {
          bye(null, closing);
          return false;
        }
        return true;
      }
    }
    throw new AssertionError(e.kind());
  }

  private boolean answerBad(CommandException e) throws IOException {
    server.counters().bad.increment();
    try {
      in.skipRest();
    } catch (CommandException worse) {
      bye(worse.code(), worse.getMessage());
      return false;
    }
    if (tag == null) {
      out.raw("* ");
      condition("BAD", e.code(), e.getMessage());
    } else {
      tagged("BAD", e.code(), e.getMessage());
    }
    if (++bad >= (account == null ? BAD_MAX_BEFORE_LOGIN : BAD_MAX)) {
      bye("CLIENTBUG", "Too many bad commands");
      return false;
    }
    return true;
  }

  private void tagged(String word, String code, String text) throws IOException {
    out.raw(tag).space();
    condition(word, code, text);
  }

  private void condition(String word, String code, String text) throws IOException {
    out.raw(word).space();
    if (code != null) {
      out.raw("[").raw(code).raw("] ");
    }
    out.text(text).crlf();
  }

  private void bye(String code, String text) throws IOException {
    server.counters().sessionsCutShort.increment();
    LOG.log(INFO, "imap-bye user={0} reason={1}", user, text);
    state = State.LOGOUT;
    out.untagged();
    condition("BYE", code, text);
  }

  /// An untagged `OK` in the middle of a command.
  public void untaggedOk(String code, String text) throws IOException {
    out.untagged();
    condition("OK", code, text);
  }

  // ---- what commands work with

  public ImapServer server() {
    return server;
  }

  public Connection connection() {
    return connection;
  }

  public ImapReader in() {
    return in;
  }

  public ImapWriter out() {
    return out;
  }

  public State state() {
    return state;
  }

  /// Tag of the command under way.
  public String tag() {
    return tag;
  }

  /// The account logged in; null before.
  public Account account() {
    return account;
  }

  /// Whether the user is one of the administrators that the configuration names.
  public boolean administers() {
    for (String address : server.config().site().administrators()) {
      var entry = account == null ? null : server.directory().account(address).orElse(null);
      if (entry != null && entry.account().equals(account.id())) {
        return true;
      }
    }
    return false;
  }

  /// The selected mailbox; null if none is.
  public SessionView view() {
    return view;
  }

  /// The selected mailbox, which the command is about to change.
  ///
  /// @param needed rights on it, all of them (RFC 4314 §4)
  public SessionView writable(Right... needed) {
    if (view.readOnly()) {
      // RFC 3501 §6.3.2: no changes to a mailbox opened with EXAMINE
      throw CommandException.no("CANNOT", "Mailbox is open read-only");
    }
    for (Right r : needed) {
      if (!view.rights().has(r)) {
        throw Place.denied();
      }
    }
    return view;
  }

  /// What this user calls mailboxes.
  public Namespaces names() {
    return new Namespaces(server.store(), server.directory(), account);
  }

  /// What clients call those who have rights.
  public Identifiers identifiers() {
    return new Identifiers(server.directory());
  }

  /// The mailbox of that name, which the user may read; or NO.
  public Place place(String name) {
    return place(name, Right.READ);
  }

  /// The mailbox of that name, on which the user has the right; or NO.
  public Place place(String name, Right needed) {
    return known(name).need(needed);
  }

  /// The mailbox of that name with whatever rights there are, which the caller must look at; or NO.
  public Place known(String name) {
    Place place = names().find(name);
    if (place == null) {
      throw CommandException.no("NONEXISTENT", Place.NONE); // RFC 5530 §3
    }
    return place;
  }

  /// The mailboxes that this user sees.
  public List<Place> places() {
    return names().visible();
  }

  /// Where a copy is to go, or NO; with TRYCREATE (RFC 3501 §6.3.11, §6.4.7) where the user might
  /// make such a mailbox.
  public Place target(String name) {
    Namespaces names = names();
    Place place = names.find(name);
    if (place != null && place.rights().hasAny(Right.INSERT, Right.LOOKUP)) {
      return place.need(Right.INSERT);
    }
    boolean create = names.mayCreate(names.locate(name));
    throw CommandException.no(create ? "TRYCREATE" : "NONEXISTENT", Place.NONE);
  }

  /// A view of the mailbox, not selected yet.
  public SessionView open(Place place, boolean readOnly) {
    return new SessionView(place, account.id(), readOnly, enabled);
  }

  public void select(SessionView v) {
    view = v;
    state = State.SELECTED;
  }

  /// Leaves the selected mailbox, if there is one.
  public void deselect() {
    view = null;
    if (state == State.SELECTED) {
      state = State.AUTHENTICATED;
    }
  }

  /// Forgets the user and all that a user leaves in a session (RFC 8437 §3, §4.1); failed logins
  /// stay counted.
  public void unauthenticate() {
    LOG.log(INFO, "imap-unauthenticate user={0}", user);
    deselect();
    account = null;
    user = null;
    bad = 0;
    state = State.NOT_AUTHENTICATED;
    enabled.clear();
    collation = Collation.UNICODE_CASEMAP;
    news = new News(this);
    language(Language.DEFAULT);
    in.names(NameEncoding.MODIFIED_UTF7);
    out.utf8(false);
    in.commandMax(COMMAND_MAX_BEFORE_LOGIN);
    in.skipMax(COMMAND_MAX_BEFORE_LOGIN);
    connection.deadline(server.config().loginTimeout());
  }

  public void logout() {
    state = State.LOGOUT;
  }

  /// Whether a password may be sent here.
  public boolean passwordAllowed() {
    return connection.secure()
        || switch (server.config().cleartext()) {
          case REFUSED -> false;
          case LOOPBACK -> connection.remote().getAddress().isLoopbackAddress();
          case ALLOWED -> true;
        };
  }

  /// The mechanisms there are, where a password may be sent.
  public SaslOffer offer() {
    return server.directory().offer(connection.tlsChannel().orElse(null));
  }

  public Judge<Login> judge() {
    return server.directory().judge(connection.remote().getAddress());
  }

  /// Checks a name and a password and enters the account.
  public Reply login(String name, String password) throws IOException {
    return enter(name, judge().judge(new Claim.Password("", name, password)));
  }

  /// Enters the account of a client that was judged, or says why not.
  public Reply enter(String name, Login login) throws IOException {
    return switch (login) {
      case Login.Ok ok -> enter(ok);
      case Login.Refused refused -> throw loginFailed(name, "refused");
      case Login.OtherIdentity other -> {
        loginFailed(name, "other-identity");
        throw CommandException.no("AUTHORIZATIONFAILED", "Nobody acts for another here");
      }
      case Login.InsufficientScope scope -> throw loginFailed(name, "scope");
      case Login.TooMany tooMany -> {
        server.counters().loginsRefused.increment();
        LOG.log(WARNING, "auth-fail proto=imap user={0} reason=too-many", name);
        closing = "Too many failed logins";
        // RFC 5530 §3: not because of what was said this time
        throw CommandException.no("UNAVAILABLE", "Too many failed logins, try again later");
      }
      case Login.Unavailable unavailable ->
          throw CommandException.no("UNAVAILABLE", "Login is not possible now");
    };
  }

  private Reply enter(Login.Ok ok) {
    account = server.store().account(ok.account());
    if (account == null) {
      // The directory knows an account that the store lacks: waiting does not help. RFC 5530 §3
      throw CommandException.no("CONTACTADMIN", "The account has no mailboxes");
    }
    user = ok.address().toString();
    bad = 0;
    state = State.AUTHENTICATED;
    in.commandMax(COMMAND_MAX);
    in.skipMax(server.config().messageMax());
    connection.deadline(null);
    server.counters().loginsAccepted.increment();
    boolean tls = connection.secure();
    LOG.log(INFO, "imap-login user={0} account={1} tls={2}", user, account.id(), tls);
    // RFC 3501 §6.2.3: the capabilities may come with the answer
    return Reply.ok(Capabilities.list(this), "Logged in");
  }

  /// Counts a failed login; too many end the session.
  public CommandException loginFailed(String name, String reason) {
    server.counters().loginsRefused.increment();
    LOG.log(WARNING, "auth-fail proto=imap user={0} reason={1}", name, reason);
    if (++loginFailures >= LOGIN_FAILURES_MAX) {
      closing = "Too many failed logins";
    }
    // RFC 5530 §3; the same for an unknown user and a wrong password
    return CommandException.no("AUTHENTICATIONFAILED", "Wrong user name or password");
  }

  /// TLS begins: what was said in clear is forgotten (RFC 3501 §6.2.1).
  public void startTls() throws IOException {
    connection.startTls();
    language(Language.DEFAULT);
    bad = 0;
  }

  /// What the client hears unasked.
  public News news() {
    return news;
  }

  /// In which language texts are to be from now on (RFC 5255 §3.2).
  public void language(Language l) {
    language = l;
    out.language(l == Language.DEFAULT ? null : l::of);
  }

  public Language language() {
    return language;
  }

  /// How this client wants texts compared.
  public Collation collation() {
    return collation;
  }

  public void collation(Collation c) {
    collation = c;
  }

  /// Whether the client has switched it on.
  public boolean has(Extension e) {
    return enabled.contains(e);
  }

  /// Whether the client takes UTF-8 as it is, also in names of mailboxes (RFC 9051 §5.1, RFC 6855
  /// §3).
  public boolean utf8() {
    return has(Extension.IMAP4REV2) || has(Extension.UTF8);
  }

  /// The client has given a command that makes it aware of MODSEQs (RFC 7162 §3.1). If it is the
  /// first and a mailbox is selected, it hears where that stands.
  public void enableCondstore() throws IOException {
    if (!enabled.add(Extension.CONDSTORE)) {
      return;
    }
    if (view != null) {
      untaggedOk("HIGHESTMODSEQ " + view.knownModSeq(), "Highest");
    }
  }

  /// Switches on what of the wanted is not on yet, and answers that (RFC 5161 §3.1).
  public Set<Extension> enable(Set<Extension> wanted) throws IOException {
    Set<Extension> fresh = EnumSet.noneOf(Extension.class);
    for (Extension e : wanted) {
      // CONDSTORE tells where the mailbox stands; that comes behind the ENABLED response.
      if (!has(e) && (e == Extension.CONDSTORE || enabled.add(e))) {
        fresh.add(e);
      }
    }
    if (has(Extension.METADATA) || has(Extension.METADATA_SERVER)) {
      news.wantMetadata();
    }
    if (utf8()) {
      in.names(NameEncoding.UTF8);
      out.utf8(true);
    }
    return fresh;
  }
}
