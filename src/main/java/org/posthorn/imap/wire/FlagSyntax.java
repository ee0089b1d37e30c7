package org.posthorn.imap.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// RFC 3501 §2.3.2, §9: flags as clients write them.
public final class FlagSyntax {
  /// Of one command.
  private static final int FLAGS_MAX = 200;

  private static final int KEYWORD_MAX = 100;

  /// Keywords of the registry (RFC 5788), in their spelling there: that in which a client looks for
  /// them, whoever used one first.
  private static final Map<String, String> REGISTERED =
      new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

  static {
    for (String k :
        List.of(
            "$MDNSent", // RFC 3503 §3.1
            "$Forwarded", // RFC 5550 §2.8
            "$SubmitPending",
            "$Submitted",
            "$Junk", // RFC 9051 §2.3.2
            "$NotJunk",
            "$Phishing",
            "$Important", // RFC 8457 §2
            "$notify", // RFC 9979, to the end
            "$muted",
            "$followed",
            "$memo",
            "$hasmemo",
            "$hasattachment",
            "$hasnoattachment",
            "$autosent",
            "$unsubscribed",
            "$canunsubscribe",
            "$imported",
            "$istrusted",
            "$maskedemail",
            "$new",
            "$MailFlagBit0",
            "$MailFlagBit1",
            "$MailFlagBit2")) {
      REGISTERED.put(k, k);
    }
  }

  private FlagSyntax() {}

  /// flag-list = "(" [flag *(SP flag)] ")"
  public static List<String> list(ImapReader in) {
    in.expect('(');
    if (in.accept(')')) {
      return List.of();
    }
    List<String> flags = several(in);
    in.expect(')');
    return flags;
  }

  /// flag-list / (flag *(SP flag)), as STORE takes them.
  public static List<String> listOrSeveral(ImapReader in) {
    return in.peek() == '(' ? list(in) : several(in);
  }

  private static List<String> several(ImapReader in) {
    Map<String, String> flags = new LinkedHashMap<>();
    do {
      if (flags.size() == FLAGS_MAX) {
        throw CommandException.bad("Too many flags");
      }
      String flag = flag(in);
      flags.putIfAbsent(flag.toLowerCase(Locale.ROOT), flag);
    } while (in.acceptSpace());
    return new ArrayList<>(flags.values());
  }

  /// A system flag in its usual spelling, a registered keyword in its own, or one in the client's.
  public static String flag(ImapReader in) {
    if (!in.accept('\\')) {
      return keyword(in);
    }
    String name = in.atom();
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "seen" -> "\\Seen";
      case "answered" -> "\\Answered";
      case "flagged" -> "\\Flagged";
      case "deleted" -> "\\Deleted";
      case "draft" -> "\\Draft";
      // RFC 3501 §2.3.2: \Recent cannot be altered by the client.
      case "recent" -> throw CommandException.bad("\\Recent cannot be set");
      default -> throw CommandException.bad("Unknown system flag");
    };
  }

  public static String keyword(ImapReader in) {
    String k = in.atom();
    if (k.length() > KEYWORD_MAX) {
      throw CommandException.no("LIMIT", "Keyword is longer than " + KEYWORD_MAX + " octets");
    }
    return REGISTERED.getOrDefault(k, k);
  }
}
