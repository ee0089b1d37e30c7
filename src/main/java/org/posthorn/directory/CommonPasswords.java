package org.posthorn.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/// Passwords that everybody tries first: a word of a short list, however decorated
/// (`P@ssw0rd2026!`), and walks along the keyboard.
final class CommonPasswords {
  private static final String RESOURCE = "common-passwords.txt";

  /// Walks, also backwards and going round.
  private static final String[] WALKS = {
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1q2w3e4r5t6y7u8i9o0p",
    "a1b2c3d4e5f6g7h8i9j0"
  };

  private static final String DISGUISED = "013457@$!|";
  private static final String MEANT = "oieastasil";

  private CommonPasswords() {}

  /// Read when it is first needed.
  private static final class Words {
    static final Set<String> ALL = read();
  }

  static boolean contains(String password) {
    String lower = password.toLowerCase(Locale.ROOT);
    String core = withoutEnds(lower);
    return isWord(lower)
        || isWord(core)
        || isWord(meant(lower))
        || isWord(withoutEnds(meant(lower)))
        || isWord(meant(core))
        || isWalk(lower)
        || core.length() > 3 && isWalk(core);
  }

  /// Without the digits, signs and spaces before and behind.
  static String withoutEnds(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && !Character.isLetter(text.charAt(from))) from++;
    while (to > from && !Character.isLetter(text.charAt(to - 1))) to--;
    return text.substring(from, to);
  }

  private static String meant(String text) {
    StringBuilder out = new StringBuilder(text);
    for (int i = 0; i < out.length(); i++) {
      int at = DISGUISED.indexOf(out.charAt(i));
      if (at >= 0) out.setCharAt(i, MEANT.charAt(at));
    }
    return out.toString();
  }

  /// A word of the list, or one of them again and again.
  private static boolean isWord(String text) {
    if (Words.ALL.contains(text)) return true;
    for (int n = 2; n <= text.length() / 3; n++) {
      int length = text.length() / n;
      if (text.length() % n == 0
          && text.substring(0, length).repeat(n).equals(text)
          && Words.ALL.contains(text.substring(0, length))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isWalk(String text) {
    String backwards = new StringBuilder(text).reverse().toString();
    for (String walk : WALKS) {
      String round = walk.repeat(2 + text.length() / walk.length());
      if (round.contains(text) || round.contains(backwards)) return true;
    }
    return false;
  }

  private static Set<String> read() {
    try (InputStream in = CommonPasswords.class.getResourceAsStream(RESOURCE)) {
      if (in == null) throw new IllegalStateException("resource missing: " + RESOURCE);
      return new HashSet<>(new BufferedReader(new InputStreamReader(in, UTF_8)).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
