package org.posthorn.app.zone;

import java.util.ArrayList;
import java.util.List;

/// Records as in a zone file (RFC 1035 §5.1), each under its reason.
public final class ZoneText {
  static final int TTL = 3600;

  /// RFC 1035 §3.3: octets of one string of a TXT record.
  private static final int STRING_MAX = 255;

  private static final int LINE_LENGTH = 78;
  private static final String COMMENT = "; ";

  private ZoneText() {}

  public static List<String> of(List<ZoneRecord> records) {
    List<String> lines = new ArrayList<>();
    String why = "";
    for (ZoneRecord r : records) {
      if (!r.why().equals(why)) {
        if (!lines.isEmpty()) {
          lines.add("");
        }
        lines.addAll(comment(r.why()));
        why = r.why();
      }
      lines.add(line(r));
    }
    return lines;
  }

  /// A comment where it is not for the zone of the domain: who knows the value, or who has the
  /// address, publishes it.
  private static String line(ZoneRecord r) {
    boolean others =
        r.value().isEmpty()
            || r.type() == ZoneRecord.Type.PTR
            || r.need() == ZoneRecord.Need.DELETABLE;
    String value = r.value().isEmpty() ? "..." : value(r);
    String line = r.name() + ".\t" + TTL + "\tIN\t" + r.type() + "\t" + value;
    return others ? COMMENT + line : line;
  }

  private static String value(ZoneRecord r) {
    if (r.type() != ZoneRecord.Type.TXT) {
      return r.value();
    }
    List<String> quoted = new ArrayList<>();
    for (String s : strings(r.value())) {
      quoted.add("\"" + s.replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
    }
    return quoted.size() == 1 ? quoted.getFirst() : "( " + String.join(" ", quoted) + " )";
  }

  /// What is too long for one string in several, which readers join without anything between them
  /// (RFC 7208 §3.3, RFC 6376 §3.6.2.2).
  static List<String> strings(String text) {
    List<String> all = new ArrayList<>();
    for (int i = 0; i < text.length(); i += STRING_MAX) {
      all.add(text.substring(i, Math.min(text.length(), i + STRING_MAX)));
    }
    return all.isEmpty() ? List.of("") : all;
  }

  private static List<String> comment(String text) {
    List<String> lines = new ArrayList<>();
    var line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (!line.isEmpty() && COMMENT.length() + line.length() + 1 + word.length() > LINE_LENGTH) {
        lines.add(COMMENT + line);
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(COMMENT + line);
    return lines;
  }
}
