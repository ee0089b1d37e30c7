package org.posthorn.imap.wire;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What people type into the search field of Gmail, as X-GM-RAW carries it: words and phrases,
/// `OR`, `-`, parentheses, braces, and operators such as `from:` and `older_than:`.
///
/// As there, nothing is wrong: what is no operator is text, and a bracket without its fellow is
/// passed over. Words are looked for as SEARCH does it, also within other words.
final class GmailQuery {
  /// Brackets within each other; deeper ones are passed over.
  private static final int DEPTH_MAX = 10;

  private static final int TERMS_MAX = 200;
  private static final long DAY = 86_400;

  private final String query;
  private int pos;
  private int depth;
  private int terms;

  private GmailQuery(String query) {
    this.query = query;
  }

  static SearchKey parse(String query) {
    var q = new GmailQuery(query);
    List<SearchKey> all = new ArrayList<>();
    while (q.pos < query.length()) {
      all.add(q.all(')', null));
      q.pos++; // a bracket that was never opened
    }
    return all.size() == 1 ? all.getFirst() : new SearchKey.And(all);
  }

  /// Everything up to the closing bracket, all of which must hold; `OR` binds closer.
  ///
  /// @param operator that the terms belong to, as in `from:(ann bob)`; null for none
  private SearchKey all(char close, String operator) {
    List<SearchKey> all = new ArrayList<>();
    boolean or = close == '}';
    boolean joins = false;
    while (skipSpaces() && query.charAt(pos) != close) {
      if (word("OR") || word("|")) {
        joins = !all.isEmpty();
        continue;
      }
      if (word("AND")) {
        continue;
      }
      SearchKey next = term(operator);
      if (joins || (or && !all.isEmpty())) {
        next = new SearchKey.Or(all.removeLast(), next);
      }
      joins = false;
      all.add(next);
    }
    return all.size() == 1 ? all.getFirst() : new SearchKey.And(all);
  }

  private boolean skipSpaces() {
    while (pos < query.length() && Character.isWhitespace(query.charAt(pos))) {
      pos++;
    }
    return pos < query.length();
  }

  private boolean word(String w) {
    int end = pos + w.length();
    if (!query.startsWith(w, pos)
        || (end < query.length() && !Character.isWhitespace(query.charAt(end)))) {
      return false;
    }
    pos = end;
    return true;
  }

  private SearchKey term(String operator) {
    if (++terms > TERMS_MAX) {
      throw CommandException.bad("Too many terms");
    }
    char c = query.charAt(pos);
    if (c == '-' && pos + 1 < query.length() && !Character.isWhitespace(query.charAt(pos + 1))) {
      pos++;
      return new SearchKey.Not(positive(operator));
    }
    return positive(operator);
  }

  private SearchKey positive(String operator) {
    char c = query.charAt(pos);
    if (c == '(' || c == '{') {
      return group(operator);
    }
    if (operator == null) {
      String name = operatorHere();
      if (name != null) {
        pos += name.length() + 1;
        boolean more = pos < query.length();
        if (more && (query.charAt(pos) == '(' || query.charAt(pos) == '{')) {
          return group(name);
        }
        return key(name, more ? text() : "");
      }
      return plain(text());
    }
    return key(operator, text());
  }

  private SearchKey group(String operator) {
    char close = query.charAt(pos++) == '(' ? ')' : '}';
    if (++depth > DEPTH_MAX) {
      throw CommandException.bad("Nested too deeply");
    }
    SearchKey k = all(close, operator);
    pos++; // the bracket, or beyond the end
    depth--;
    return k;
  }

  /// The word before a colon here, in lower case; null if there is none.
  private String operatorHere() {
    int i = pos;
    while (i < query.length() && isOperatorChar(query.charAt(i))) {
      i++;
    }
    boolean is = i > pos && i < query.length() - 1 && query.charAt(i) == ':';
    return is ? query.substring(pos, i).toLowerCase(Locale.ROOT) : null;
  }

  private static boolean isOperatorChar(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  /// A word or a phrase in quotes. Moves on by one character at least.
  private String text() {
    if (query.charAt(pos) == '"') {
      int end = query.indexOf('"', pos + 1);
      String phrase = query.substring(pos + 1, end < 0 ? query.length() : end);
      pos = end < 0 ? query.length() : end + 1;
      return phrase;
    }
    int from = pos++;
    while (pos < query.length() && " \t\r\n(){}\"".indexOf(query.charAt(pos)) < 0) {
      pos++;
    }
    return query.substring(from, pos);
  }

  private static SearchKey plain(String word) {
    String w = word.length() > 1 && word.charAt(0) == '+' ? word.substring(1) : word;
    return new SearchKey.Text(w);
  }

  private static SearchKey key(String operator, String value) {
    SearchKey k =
        switch (operator) {
          case "from", "cc", "bcc", "subject" ->
              new SearchKey.Header(operator.toUpperCase(Locale.ROOT), value);
          case "to" -> anyHeader(value, "TO", "CC", "BCC");
          case "rfc822msgid" -> new SearchKey.Header("Message-ID", value);
          case "list" -> new SearchKey.Header("List-ID", value);
          case "deliveredto" -> new SearchKey.Header("Delivered-To", value);
          case "filename" -> new SearchKey.Attachment(value);
          case "label" -> new SearchKey.Label(value);
          case "in" -> in(value);
          case "is" -> is(value);
          case "has" -> value.equals("attachment") ? new SearchKey.Attachment("") : null;
          case "older_than" -> age(true, value);
          case "newer_than" -> age(false, value);
          case "after", "newer" -> day(value, true);
          case "before", "older" -> day(value, false);
          case "larger", "larger_than", "size" -> size(true, value);
          case "smaller", "smaller_than" -> size(false, value);
          default -> null;
        };
    return k != null ? k : new SearchKey.Text(operator + ":" + value);
  }

  private static SearchKey anyHeader(String text, String... names) {
    SearchKey any = new SearchKey.Header(names[0], text);
    for (int i = 1; i < names.length; i++) {
      any = new SearchKey.Or(any, new SearchKey.Header(names[i], text));
    }
    return any;
  }

  private static SearchKey in(String value) {
    return value.equalsIgnoreCase("anywhere") || value.equalsIgnoreCase("all")
        ? new SearchKey.And(List.of())
        : new SearchKey.Label(value);
  }

  private static SearchKey is(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "read" -> new SearchKey.Flag("\\Seen");
      case "unread" -> new SearchKey.Not(new SearchKey.Flag("\\Seen"));
      case "starred" -> new SearchKey.Flag("\\Flagged");
      case "important" -> new SearchKey.Label("\\Important");
      default -> null;
    };
  }

  /// `2d`, `3m`, `1y`; months of 30 days.
  private static SearchKey age(boolean older, String value) {
    int n = value.length() - 1;
    long unit =
        switch (n < 1 ? ' ' : value.charAt(n)) {
          case 'h', 'H' -> 3600;
          case 'd', 'D' -> DAY;
          case 'm', 'M' -> 30 * DAY;
          case 'y', 'Y' -> 365 * DAY;
          default -> 0;
        };
    long count = unit == 0 ? -1 : number(value.substring(0, n), 100_000);
    return count < 1 ? null : new SearchKey.Age(older, count * unit);
  }

  /// `2004/04/16`, `04/16/2004`, with other separators too. The day itself is after, not before.
  private static SearchKey day(String value, boolean after) {
    String[] p = value.split("[/.-]");
    try {
      int[] n = new int[3];
      for (int i = 0; i < 3; i++) {
        n[i] = (int) number(p.length == 3 ? p[i] : "", 9999);
      }
      LocalDate day = n[0] > 31 ? LocalDate.of(n[0], n[1], n[2]) : LocalDate.of(n[2], n[0], n[1]);
      return after
          ? new SearchKey.Day(SearchKey.DateOf.ARRIVAL, day, null)
          : new SearchKey.Day(SearchKey.DateOf.ARRIVAL, null, day);
    } catch (DateTimeException e) {
      return null;
    }
  }

  /// `10M`, `500k`, `1000`.
  private static SearchKey size(boolean larger, String value) {
    int n = value.length() - 1;
    long unit =
        switch (n < 1 ? ' ' : value.charAt(n)) {
          case 'k', 'K' -> 1 << 10;
          case 'm', 'M' -> 1 << 20;
          case 'g', 'G' -> 1 << 30;
          default -> 1;
        };
    long count = number(unit == 1 ? value : value.substring(0, n), Integer.MAX_VALUE);
    return count < 0 ? null : new SearchKey.Size(larger, count * unit);
  }

  /// -1 if it is none, or larger than `max`.
  private static long number(String s, long max) {
    if (s.isEmpty() || s.length() > 10 || !s.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return -1;
    }
    long n = Long.parseLong(s);
    return n > max ? -1 : n;
  }
}
