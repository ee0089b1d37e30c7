package org.posthorn.mta.feedback;

import java.util.ArrayList;
import java.util.List;

/// What a domain publishes about reports of TLS (RFC 8460 §3): `v=TLSRPTv1; rua=mailto:…,https:…`.
final class TlsReportRecord {
  private static final String VERSION = "v=TLSRPTv1";

  private TlsReportRecord() {}

  /// Where reports go. None if it is no such record.
  static List<String> uris(String text) {
    String[] fields = text.split(";");
    List<String> uris = new ArrayList<>();
    if (!fields[0].strip().equals(VERSION)) {
      return uris;
    }
    for (int i = 1; i < fields.length; i++) {
      String field = fields[i].strip();
      if (field.startsWith("rua=")) {
        for (String uri : field.substring("rua=".length()).split(",")) {
          uris.add(uri.strip());
        }
      }
    }
    return uris;
  }
}
