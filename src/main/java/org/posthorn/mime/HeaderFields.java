package org.posthorn.mime;

import java.util.Collection;

/// FETCH BODY[HEADER.FIELDS (…)] and BODY[HEADER.FIELDS.NOT (…)]. RFC 9051 §6.4.5.1, RFC 3501
/// §6.4.5.
public final class HeaderFields {
  private HeaderFields() {}

  /// The fields of `rawHeader` whose name is among `names` (or is not, if `not`), as written and in
  /// order, and the blank line.
  public static byte[] select(byte[] rawHeader, Collection<String> names, boolean not) {
    return rawHeader;
  }
}
