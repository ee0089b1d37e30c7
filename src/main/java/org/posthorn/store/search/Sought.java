package org.posthorn.store.search;

import java.io.IOException;
import java.util.Locale;
import org.posthorn.mime.Collation;
import org.posthorn.mime.MessageText;

/// A string looked for in messages, as SEARCH has it (RFC 3501 §6.4.4): what it means is said by
/// [org.posthorn.mime.MessageText].
///
/// @param where to look
/// @param name of the header field, in upper case if it is ASCII; empty but for [Where#HEADER]
/// @param text folded by the collation of the message's text, mostly i;unicode-casemap, on which
///   the index and what is remembered are built
public record Sought(Where where, String name, String text) {
  /// Where a string is looked for.
  public enum Where {
    /// In the header fields of one name.
    HEADER,
    BODY,
    /// In header or body.
    TEXT
  }

  /// @param text as the client gave it; empty asks for the field alone
  public static Sought inHeader(String name, String text) {
    return inHeader(name, text, Collation.UNICODE_CASEMAP);
  }

  public static Sought inHeader(String name, String text, Collation collation) {
    boolean ascii = name.chars().allMatch(c -> c < 0x80); // others have no one upper case
    String same = ascii ? name.toUpperCase(Locale.ROOT) : name;
    return new Sought(Where.HEADER, same, collation.fold(text));
  }

  public static Sought inBody(String text) {
    return inBody(text, Collation.UNICODE_CASEMAP);
  }

  public static Sought inBody(String text, Collation collation) {
    return new Sought(Where.BODY, "", collation.fold(text));
  }

  public static Sought anywhere(String text) {
    return anywhere(text, Collation.UNICODE_CASEMAP);
  }

  public static Sought anywhere(String text, Collation collation) {
    return new Sought(Where.TEXT, "", collation.fold(text));
  }

  /// Whether the message has it; reads what is needed to tell.
  public boolean in(MessageText message) throws IOException {
    return switch (where) {
      case HEADER -> message.header(name, text);
      case BODY -> message.body(text);
      case TEXT -> message.anywhere(text);
    };
  }
}
