package org.posthorn.net.sasl;

/// What stands before the first message of SCRAM and OAUTHBEARER (RFC 5801 §4, RFC 5802 §7):
/// whether the client binds to the channel, and as whom it wants to act.
///
/// @param flag `n`, `y` or `p`
/// @param binding the type with `p`, else ""
/// @param authzid "" if there is none
/// @param length of the header in the message, both commas included
record Gs2Header(char flag, String binding, String authzid, int length) {
  private static final int BINDING_MAX = 64;

  /// Null if the message does not begin with one.
  static Gs2Header read(String message) {
    int first = message.indexOf(',');
    int second = first < 0 ? -1 : message.indexOf(',', first + 1);
    if (second < 0) {
      return null;
    }
    String flag = message.substring(0, first);
    String binding = "";
    if (flag.startsWith("p=")) {
      binding = flag.substring(2);
      if (!isName(binding)) {
        return null;
      }
    } else if (!flag.equals("n") && !flag.equals("y")) {
      return null;
    }
    String who = message.substring(first + 1, second);
    String authzid = "";
    if (!who.isEmpty()) {
      authzid = who.startsWith("a=") ? name(who.substring(2)) : null;
      if (authzid == null) {
        return null;
      }
    }
    return new Gs2Header(flag.charAt(0), binding, authzid, second + 1);
  }

  // RFC 5802 §7: cb-name
  private static boolean isName(String s) {
    return !s.isEmpty()
        && s.length() <= BINDING_MAX
        && s.chars()
            .allMatch(c ->
                c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '.'
                    || c == '-');
  }

  /// A saslname, decoded; null if it is none (RFC 5802 §5.1).
  static String name(String s) {
    if (s.isEmpty() || s.indexOf('\0') >= 0 || s.indexOf(',') >= 0) {
      return null;
    }
    var b = new StringBuilder(s.length());
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (c != '=') {
        b.append(c);
      } else if (s.startsWith("2C", i + 1)) {
        b.append(',');
        i += 2;
      } else if (s.startsWith("3D", i + 1)) {
        b.append('=');
        i += 2;
      } else {
        return null;
      }
    }
    return b.toString();
  }
}
