package org.posthorn.imap.wire;

import java.io.IOException;
import java.util.Locale;

/// The name of a metadata entry (RFC 5464 §3.2).
///
/// @param shared whether it begins with `/shared`, and not with `/private`
/// @param rest behind that; empty or with a slash in front
/// @param written as the client wrote it
public record EntryName(boolean shared, String rest, String written) {
  private static final String SHARED = "/shared";
  private static final String PRIVATE = "/private";
  private static final int LENGTH_MAX = PRIVATE.length() + 200;

  /// entry = astring
  public static EntryName parse(ImapReader in) throws IOException {
    return of(in.astring());
  }

  public static EntryName of(String name) {
    String scope = scope(name);
    if (scope == null) {
      throw CommandException.bad("Entries begin with /shared or /private");
    }
    char before = 0;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c < 0x20 || c >= 0x7f || c == '*' || c == '%' || (c == '/' && before == '/')) {
        throw CommandException.bad("Invalid name of an entry");
      }
      before = c;
    }
    if (before == '/') {
      throw CommandException.bad("Invalid name of an entry");
    }
    if (name.length() > LENGTH_MAX) {
      throw CommandException.no("LIMIT", "Name of an entry is longer than " + LENGTH_MAX);
    }
    return new EntryName(scope.equals(SHARED), name.substring(scope.length()), name);
  }

  private static String scope(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    for (String scope : new String[] {SHARED, PRIVATE}) {
      if (lower.startsWith(scope)
          && (lower.length() == scope.length() || lower.charAt(scope.length()) == '/')) {
        return scope;
      }
    }
    return null;
  }

  /// Whether it is `rest`, in any case.
  public boolean is(String other) {
    return rest.equalsIgnoreCase(other);
  }

  /// An entry of the same scope.
  public String sibling(String otherRest) {
    return full(shared, otherRest);
  }

  public static String full(boolean shared, String rest) {
    return (shared ? SHARED : PRIVATE) + rest;
  }
}
