package org.posthorn.mime;

/// A parameter of Content-Type or Content-Disposition, continuations joined.
///
/// @param name lower case, without the asterisks of RFC 2231
/// @param value as text; an extended value (RFC 2231 §4) is decoded, an encoded word in it is not
/// @param extended the joined value as it was written, `charset'language'percent-encoded`, or null
///   when the parameter was not extended
public record Parameter(String name, String value, String extended) {
  public Parameter(String name, String value) {
    this(name, value, null);
  }
}
