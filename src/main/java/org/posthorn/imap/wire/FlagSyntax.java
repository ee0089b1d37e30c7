package org.posthorn.imap.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// RFC 3501 §2.3.2, §9: flags as clients write them.
public final class FlagSyntax {
  /// Of one command.
  private static final int FLAGS_MAX = 200;

  private static final int KEYWORD_MAX = 100;

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

  /// A system flag in its usual spelling, or a keyword in the client's.
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
    return k;
  }
}
