package org.posthorn.mime;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Message identifiers of Message-ID, In-Reply-To and References. RFC 5322 §3.6.4.
public final class MessageIds {
  /// Of longer lists the first and the newest are kept: the root of the thread and its end.
  public static final int MAX_IDS = 200;

  /// RFC 5322 §2.1.1 allows lines of 998.
  public static final int MAX_LENGTH = 998;

  private MessageIds() {}

  /// The identifiers without angle brackets and white space, in order, each once. If there is no
  /// angle bracket at all, each word with an `@` is one.
  public static List<String> parse(String field) {
    if (field == null) {
      return List.of();
    }
    Set<String> ids = new LinkedHashSet<>();
    int open = field.indexOf('<');
    if (open < 0) {
      for (String word : field.split("[\\s,;]+")) {
        if (word.indexOf('@') > 0) {
          add(ids, word);
        }
      }
    }
    while (open >= 0) {
      int close = field.indexOf('>', open);
      if (close < 0) {
        close = field.length();
      }
      int inner = field.lastIndexOf('<', close); // the bracket before was never closed
      if (close - inner <= 2 * MAX_LENGTH) {
        add(ids, withoutSpace(field.substring(inner + 1, close)));
      }
      open = field.indexOf('<', close);
    }
    List<String> all = new ArrayList<>(ids);
    if (all.size() > MAX_IDS) {
      all.subList(1, all.size() - MAX_IDS + 1).clear();
    }
    return all;
  }

  private static void add(Set<String> ids, String id) {
    if (!id.isEmpty() && id.length() <= MAX_LENGTH) {
      ids.add(id);
    }
  }

  /// Folding may have gone through the middle of an identifier, and comments stand in it (RFC 5322
  /// §4.5.4).
  private static String withoutSpace(String id) {
    StringBuilder out = new StringBuilder(id.length());
    for (int i = 0; i < id.length(); i++) {
      int end = id.charAt(i) == '(' ? ParameterReader.endOfComment(id, i) : -1;
      if (end > 0) {
        i = end - 1;
      } else if (id.charAt(i) > ' ') {
        out.append(id.charAt(i));
      }
    }
    return out.toString();
  }
}
