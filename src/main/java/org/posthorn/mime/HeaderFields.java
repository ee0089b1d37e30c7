package org.posthorn.mime;

import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/// FETCH BODY[HEADER.FIELDS (…)] and BODY[HEADER.FIELDS.NOT (…)]. RFC 9051 §6.4.5.1, RFC 3501
/// §6.4.5.
public final class HeaderFields {
  private HeaderFields() {}

  /// The fields of `rawHeader` whose name is among `names` (or is not, if `not`), as written and in
  /// order, and the blank line. Lines that belong to no field are left out.
  public static byte[] select(byte[] rawHeader, Collection<String> names, boolean not) {
    Set<String> wanted = new HashSet<>();
    for (String name : names) {
      wanted.add(Content.lower(name));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    boolean taking = false;
    int next;
    for (int line = 0; line < rawHeader.length; line = next) {
      int lf = Octets.indexOf(rawHeader, line, rawHeader.length, '\n');
      next = lf < 0 ? rawHeader.length : lf + 1;
      byte first = rawHeader[line];
      if (first == '\n' || first == '\r' && lf == line + 1) {
        break;
      }
      if (first != ' ' && first != '\t') {
        String name = name(rawHeader, line, next);
        taking = name != null && wanted.contains(name) != not;
      }
      if (taking) {
        out.write(rawHeader, line, next - line);
        if (lf < 0) {
          crlf(out);
        }
      }
    }
    crlf(out);
    return out.toByteArray();
  }

  /// The name of the field that begins here, in lower case, or null. RFC 5322 §2.2, §4.5.
  private static String name(byte[] b, int from, int to) {
    int end = from;
    while (end < to && b[end] > ' ' && b[end] != ':' && b[end] != 0x7f) {
      end++;
    }
    int colon = end;
    while (colon < to && (b[colon] == ' ' || b[colon] == '\t')) {
      colon++;
    }
    boolean field = end > from && colon < to && b[colon] == ':';
    return field ? Content.lower(Octets.text(b, from, end)) : null;
  }

  private static void crlf(ByteArrayOutputStream out) {
    out.write('\r');
    out.write('\n');
  }
}
