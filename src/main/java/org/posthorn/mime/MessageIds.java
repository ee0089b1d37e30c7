package org.posthorn.mime;

import java.util.List;

/// Message identifiers of Message-ID, In-Reply-To and References. RFC 5322 §3.6.4.
public final class MessageIds {
  private MessageIds() {}

  /// The identifiers without angle brackets, in order, each once.
  public static List<String> parse(String field) {
    return List.of();
  }
}
