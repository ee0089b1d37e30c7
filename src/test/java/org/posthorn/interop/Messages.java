package org.posthorn.interop;

import java.util.Random;

/// Texts of messages, each with its id in a header field, and no line of a dot.
final class Messages {
  private static final int LINES_MAX = 300;

  private Messages() {}

  static String text(String id, Random random) {
    StringBuilder text = new StringBuilder();
    text.append("From: a@elsewhere.test\r\nSubject: ").append(id);
    text.append("\r\nX-Id: ").append(id).append("\r\n\r\n");
    // Mostly short, sometimes long.
    int lines = 1 + (int) (LINES_MAX * Math.pow(random.nextDouble(), 4));
    for (int i = 0; i < lines; i++) {
      text.append(id).append(" line ").append(i).append(' ');
      text.append(Long.toString(random.nextLong(), 36)).append("\r\n");
    }
    return text.toString();
  }
}
