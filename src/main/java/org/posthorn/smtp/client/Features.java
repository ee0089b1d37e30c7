package org.posthorn.smtp.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.posthorn.smtp.DeliverBy;

/// What a server says it knows, by EHLO (RFC 5321 §4.1.1.1): keywords in upper case with their
/// parameters as written.
public record Features(Map<String, String> keywords) {
  /// Of a server that knows HELO only.
  public static final Features NONE = new Features(Map.of());

  /// More are not looked at.
  private static final int KEYWORDS_MAX = 100;

  public Features {
    keywords = Map.copyOf(keywords);
  }

  static Features of(RemoteReply hello) {
    Map<String, String> found = new LinkedHashMap<>();
    List<String> lines = hello.lines();
    for (int i = 1; i < lines.size() && found.size() < KEYWORDS_MAX; i++) {
      String line = lines.get(i);
      int space = line.indexOf(' ');
      String keyword = (space < 0 ? line : line.substring(0, space)).toUpperCase(Locale.ROOT);
      String parameters = space < 0 ? "" : line.substring(space + 1).strip();
      if (keyword.startsWith("AUTH=")) { // workaround: servers from before AUTH had a standard
        parameters = keyword.substring(5) + " " + parameters;
        keyword = "AUTH";
      }
      // Some servers give AUTH twice; for all others the first one counts.
      String old = found.putIfAbsent(keyword, parameters);
      if (old != null && keyword.equals("AUTH")) {
        found.put(keyword, old + " " + parameters);
      }
    }
    return new Features(found);
  }

  public boolean has(String keyword) {
    return keywords.containsKey(keyword);
  }

  public boolean pipelining() {
    return has("PIPELINING");
  }

  public boolean chunking() {
    return has("CHUNKING");
  }

  public boolean eightBit() {
    return has("8BITMIME");
  }

  public boolean utf8() {
    return has("SMTPUTF8");
  }

  public boolean dsn() {
    return has("DSN");
  }

  public boolean startTls() {
    return has("STARTTLS");
  }

  public boolean requireTls() {
    return has("REQUIRETLS");
  }

  public boolean size() {
    return has("SIZE");
  }

  /// Largest message it takes (RFC 1870 §4); 0 if it does not say.
  public long sizeMax() {
    return number(keywords.getOrDefault("SIZE", ""), 0);
  }

  /// Shortest time it promises to deliver within (RFC 2852 §2), in seconds; 0 if it does not say.
  public long deliverByMin() {
    return number(keywords.getOrDefault("DELIVERBY", ""), 0);
  }

  /// Whether it promises to deliver within that time, or to say that it did not.
  public boolean delivers(DeliverBy by) {
    return has("DELIVERBY") && by.seconds() >= Math.max(1, deliverByMin());
  }

  /// Names of SASL mechanisms, in upper case.
  public Set<String> mechanisms() {
    Set<String> names = new TreeSet<>();
    for (String name : keywords.getOrDefault("AUTH", "").split("[ =]+")) {
      if (!name.isEmpty()) {
        names.add(name.toUpperCase(Locale.ROOT));
      }
    }
    return names;
  }

  /// A limit such as RCPTMAX (RFC 9422 §4); 0 if there is none.
  public long limit(String name) {
    for (String pair : keywords.getOrDefault("LIMITS", "").split(" +")) {
      int equals = pair.indexOf('=');
      if (equals > 0 && pair.substring(0, equals).equalsIgnoreCase(name)) {
        return number(pair.substring(equals + 1), 0);
      }
    }
    return 0;
  }

  private static long number(String text, long otherwise) {
    int space = text.indexOf(' ');
    String digits = space < 0 ? text : text.substring(0, space);
    boolean number =
        !digits.isEmpty()
            && digits.length() <= 18
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? Long.parseLong(digits) : otherwise;
  }
}
