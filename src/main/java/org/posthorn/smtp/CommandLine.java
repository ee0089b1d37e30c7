package org.posthorn.smtp;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// A command line cut into verb and argument (RFC 5321 §4.1.1), without judging either.
///
/// @param verb in upper case; "" if the line is blank
/// @param argument what follows the first space, without spaces around; octets above 127 are the
///   characters U+0080 to U+00FF
public record CommandLine(String verb, String argument) {

  /// Cuts a line given without its line end. Control characters are refused wherever they are: no
  /// command has a use for them, and logs and trace lines are made from arguments.
  public static CommandLine parse(byte[] line) {
    for (byte b : line) {
      if ((b >= 0 && b < ' ') || b == 0x7f) {
        throw new Refused(500, "5.5.2", "Control character in command");
      }
    }
    String text = new String(line, StandardCharsets.ISO_8859_1);
    int space = text.indexOf(' ');
    if (space < 0) {
      return new CommandLine(text.toUpperCase(Locale.ROOT), "");
    }
    // RFC 5321 §4.1.1: trailing white space is tolerated.
    return new CommandLine(
        text.substring(0, space).toUpperCase(Locale.ROOT), trim(text.substring(space)));
  }

  private static String trim(String s) {
    int from = 0;
    int to = s.length();
    while (from < to && s.charAt(from) == ' ') {
      from++;
    }
    while (to > from && s.charAt(to - 1) == ' ') {
      to--;
    }
    return s.substring(from, to);
  }
}
