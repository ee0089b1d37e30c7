package org.posthorn.app.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A number of bytes, written `50MiB` or `50M`.
public record ByteSize(long bytes) {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,12})\\s*(B|[KMGT](?:iB)?)?");

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size is not negative");
    }
  }

  /// @throws IllegalArgumentException with a reason
  public static ByteSize parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("\"" + text + "\" is not a size such as \"50MiB\"");
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2) == null ? "B" : matcher.group(2);
    int shift =
        switch (unit.toUpperCase(Locale.ROOT)) {
          case "K", "KIB" -> 10;
          case "M", "MIB" -> 20;
          case "G", "GIB" -> 30;
          case "T", "TIB" -> 40;
          default -> 0;
        };
    return new ByteSize(Math.multiplyExact(number, 1L << shift));
  }
}
