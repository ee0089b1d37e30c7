package org.posthorn.trust.transport;

import java.util.List;
import java.util.regex.Pattern;

/// The record that says whether a domain has a policy, and which (RFC 8461 §3.1): TXT at
/// `_mta-sts.` and the domain.
public final class StsRecord {
  static final String LABEL = "_mta-sts.";

  private static final String VERSION = "v=STSv1";

  private static final Pattern FIELD =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,31}=[!-:<>-~]+");

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{1,32}");

  /// The version, and whatever follows it: what begins otherwise is somebody else's.
  private static final Pattern OURS = Pattern.compile("v=STSv1[ \t]*;.*", Pattern.DOTALL);

  private StsRecord() {}

  /// The id of the policy; null if there is not exactly one record, or it is none.
  ///
  /// @param texts all TXT records of the name, strings joined
  public static String id(List<String> texts) {
    List<String> ours = texts.stream().filter(t -> OURS.matcher(t).matches()).toList();
    return ours.size() == 1 ? id(ours.getFirst()) : null;
  }

  private static String id(String text) {
    String id = null;
    String rest = text.substring(VERSION.length()).stripLeading().substring(1);
    String[] fields = rest.split(";", -1);
    for (int i = 0; i < fields.length; i++) {
      String field = strip(fields[i]);
      if (field.isEmpty() && i == fields.length - 1) {
        continue; // the delimiter may stand at the end
      }
      if (!FIELD.matcher(field).matches()) {
        return null;
      }
      if (field.startsWith("id=") && id == null) { // §3.2: the first counts
        id = field.substring("id=".length());
        if (!ID.matcher(id).matches()) {
          return null;
        }
      }
    }
    return id;
  }

  private static String strip(String field) {
    int from = 0;
    int to = field.length();
    while (from < to && isSpace(field.charAt(from))) {
      from++;
    }
    while (to > from && isSpace(field.charAt(to - 1))) {
      to--;
    }
    return field.substring(from, to);
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  /// The text of the record for a policy.
  public static String text(StsPolicy policy) {
    return VERSION + "; id=" + policy.id() + ";";
  }
}
