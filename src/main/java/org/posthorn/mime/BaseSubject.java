package org.posthorn.mime;

/// The subject without "Re:", "Fwd:", "[list]" and the like. RFC 5256 §2.1, all steps of it.
public final class BaseSubject {
  /// What is longer is cut off, so that work is bounded.
  public static final int MAX_LENGTH = 4_096;

  private static final String FORWARD_HEAD = "[fwd:";
  private static final String FORWARD_TAIL = "(fwd)";

  private final String s;
  private int start;
  private int end;
  private boolean answers;

  private BaseSubject(String subject) {
    s = subject;
    end = s.length();
  }

  /// @param subject as in the header, encoded words and all; null counts as empty
  public static String of(String subject) {
    return parse(subject).text();
  }

  /// @param subject as for [#of]
  public static BaseSubject parse(String subject) {
    var base = new BaseSubject(subject == null ? "" : spaced(EncodedWords.decode(subject)));
    base.strip();
    return base;
  }

  /// What is left.
  public String text() {
    return s.substring(start, end);
  }

  /// Whether it was a reply or a forward: something like "Re:", "Fwd:", "(fwd)" or "[fwd: …]" was
  /// removed (RFC 5256 §3, THREAD).
  public boolean answers() {
    return answers;
  }

  // Step (1)
  private static String spaced(String text) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_LENGTH));
    for (int i = 0; i < text.length() && out.length() < MAX_LENGTH; i++) {
      char c = text.charAt(i);
      boolean space = c == ' ' || c == '\t' || c == '\r' || c == '\n';
      if (!space) {
        out.append(c);
      } else if (out.isEmpty() || out.charAt(out.length() - 1) != ' ') {
        out.append(' ');
      }
    }
    return out.toString();
  }

  private void strip() {
    do {
      stripTrailers();
      stripLeaders();
    } while (unwrapForward());
  }

  // Step (2): subj-trailer
  private void stripTrailers() {
    while (true) {
      if (end > start && s.charAt(end - 1) == ' ') {
        end--;
      } else if (end - start >= FORWARD_TAIL.length() && has(FORWARD_TAIL, end - 5)) {
        end -= FORWARD_TAIL.length();
        answers = true;
      } else {
        return;
      }
    }
  }

  // Steps (3) to (5)
  private void stripLeaders() {
    while (true) {
      int next = leader();
      if (next == start) {
        next = blob(start);
        if (next == end) {
          return; // the blob is all there is, so it is the base
        }
      }
      if (next == start) {
        return;
      }
      start = next;
    }
  }

  /// The place behind a subj-leader, or `start`: `(*subj-blob subj-refwd) / WSP`.
  private int leader() {
    if (start < end && s.charAt(start) == ' ') {
      return start + 1;
    }
    int at = start;
    for (int next = blob(at); next > at; next = blob(at)) {
      at = next;
    }
    int behind = replyOrForward(at);
    if (behind == at) {
      return start;
    }
    answers = true;
    return behind;
  }

  /// The place behind a subj-blob, or `at`: `"[" *BLOBCHAR "]" *WSP`.
  private int blob(int at) {
    if (at >= end || s.charAt(at) != '[') {
      return at;
    }
    int i = at + 1;
    while (i < end && s.charAt(i) != '[' && s.charAt(i) != ']') {
      i++;
    }
    return i < end && s.charAt(i) == ']' ? space(i + 1) : at;
  }

  /// The place behind a subj-refwd, or `at`: `("re" / ("fw" ["d"])) *WSP [subj-blob] ":"`.
  private int replyOrForward(int at) {
    int i = has("re", at) ? at + 2 : has("fwd", at) ? at + 3 : has("fw", at) ? at + 2 : at;
    if (i == at) {
      return at;
    }
    i = blob(space(i));
    return i < end && s.charAt(i) == ':' ? i + 1 : at;
  }

  // Step (6)
  private boolean unwrapForward() {
    if (!has(FORWARD_HEAD, start)
        || end - start <= FORWARD_HEAD.length()
        || s.charAt(end - 1) != ']') {
      return false;
    }
    start += FORWARD_HEAD.length();
    end--;
    answers = true;
    return true;
  }

  private int space(int at) {
    int i = at;
    while (i < end && s.charAt(i) == ' ') {
      i++;
    }
    return i;
  }

  private boolean has(String lower, int at) {
    return at + lower.length() <= end && s.regionMatches(true, at, lower, 0, lower.length());
  }
}
