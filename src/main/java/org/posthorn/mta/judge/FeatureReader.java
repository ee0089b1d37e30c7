package org.posthorn.mta.judge;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.posthorn.mime.Address;
import org.posthorn.mime.AddressList;
import org.posthorn.mime.Charsets;
import org.posthorn.mime.DecodedBody;
import org.posthorn.mime.EncodedWords;
import org.posthorn.mime.FirstOctets;
import org.posthorn.mime.Headers;
import org.posthorn.mime.HtmlText;
import org.posthorn.mime.Part;
import org.posthorn.mime.Preview;

/// Reads what the filter looks at: words of header and text, hosts of links, the form of the
/// message. What the way of a message has put into it is left out, so that the same message looks
/// the same everywhere.
///
/// Whatever the message is, no more is read of it than the limits say, and the work is linear in
/// that.
final class FeatureReader {
  /// Octets of all texts, decoded.
  static final int TEXT_MAX = 64 * 1024;

  /// Texts that are read.
  private static final int TEXTS_MAX = 8;

  /// Parts that are looked at.
  private static final int PARTS_MAX = 200;

  /// Characters of a header field.
  private static final int FIELD_MAX = 2000;

  private static final int HOSTS_MAX = 100;
  private static final int WORDS_MAX = 3000;
  private static final int WORD_MIN = 2;
  private static final int WORD_MAX = 24;

  private static final List<String> HABITS =
      List.of("X-Mailer", "User-Agent", "Organization", "List-Unsubscribe", "Precedence");

  private final Features features = new Features();
  private final Preview.Source source;
  private int left = TEXT_MAX;
  private int texts;
  private int words;
  private int hosts;
  private boolean html;
  private boolean plain;
  private int images;
  private int invisible;
  private int endless;

  private FeatureReader(Preview.Source source) {
    this.source = source;
  }

  /// @param headers of the message, with values; fields of ours left out
  /// @param structure with offsets that `source` understands
  static Features read(Headers headers, Part structure, Preview.Source source) throws IOException {
    var in = new FeatureReader(source);
    in.header(headers);
    in.parts(structure);
    in.form(structure);
    return in.features;
  }

  private void form(String text) {
    features.add(Features.Kind.FORM, text);
  }

  private void habit(String text) {
    features.add(Features.Kind.HABIT, text);
  }

  // --- header

  private void header(Headers h) {
    String subject = field(h, "Subject");
    words(EncodedWords.decode(subject), Features.Kind.SUBJECT, Features.Kind.SUBJECT_PAIR);
    if (subject.isEmpty()) {
      habit("no subject");
    } else if (subject.equals(subject.toUpperCase(Locale.ROOT)) && subject.length() > 5) {
      form("a subject in capitals");
    }
    if (subject.indexOf('!') >= 0) {
      form("an exclamation mark in the subject");
    }
    author(field(h, "From"));
    replies(field(h, "From"), field(h, "Reply-To"));
    recipients(field(h, "To"), field(h, "Cc"));
    habit(h.first("Message-ID") == null ? "no Message-ID" : "Message-ID");
    habit(h.first("Date") == null ? "no Date" : "Date");
    boolean answer = h.first("In-Reply-To") != null || h.first("References") != null;
    habit(answer ? "an answer" : "not an answer");
    String list = field(h, "List-Id");
    int open = list.lastIndexOf('<');
    if (!list.isEmpty()) {
      features.add(Features.Kind.LIST, lower(list.substring(open + 1)).replaceFirst(">.*", ""));
    }
    for (String name : HABITS) {
      String value = field(h, name);
      if (!value.isEmpty()) {
        features.add(Features.Kind.HABIT, "a field " + name);
        features.add(Features.Kind.HABIT, name + ": " + firstWord(value));
      }
    }
  }

  private static String field(Headers h, String name) {
    String value = h.first(name);
    return value == null ? "" : value.substring(0, Math.min(value.length(), FIELD_MAX));
  }

  private static String firstWord(String value) {
    int i = 0;
    while (i < value.length() && i < WORD_MAX && Character.isLetterOrDigit(value.charAt(i))) {
      i++;
    }
    return lower(value.substring(0, i));
  }

  private void author(String from) {
    List<Address.Mailbox> all = AddressList.mailboxes(from);
    if (all.isEmpty()) {
      habit("no author");
      return;
    }
    Address.Mailbox one = all.getFirst();
    String domain = lower(one.domain());
    features.add(Features.Kind.FROM, lower(one.localPart()) + "@" + domain);
    features.add(Features.Kind.DOMAIN, domain);
    String name = one.displayName();
    if (name == null || name.isBlank()) {
      habit("an author without a name");
    } else {
      words(name, Features.Kind.NAME, null);
    }
    if (one.localPart().chars().filter(c -> c >= '0' && c <= '9').count() > 3) {
      form("an author's address with many digits");
    }
  }

  private void replies(String from, String to) {
    List<Address.Mailbox> authors = AddressList.mailboxes(from);
    List<Address.Mailbox> others = AddressList.mailboxes(to);
    if (!authors.isEmpty() && !others.isEmpty()) {
      boolean same = lower(authors.getFirst().domain()).equals(lower(others.getFirst().domain()));
      form(same ? "answers go to the author's domain" : "answers go to another domain");
    }
  }

  private void recipients(String to, String cc) {
    int all = AddressList.mailboxes(to).size() + AddressList.mailboxes(cc).size();
    habit(all == 0 ? "no recipient is named" : all > 10 ? "many recipients" : "few recipients");
  }

  // --- parts

  private void parts(Part message) throws IOException {
    Deque<Part> stack = new ArrayDeque<>();
    stack.push(message);
    for (int seen = 0; !stack.isEmpty() && seen < PARTS_MAX; seen++) {
      Part p = stack.pop();
      List<Part> children = p.children();
      for (int i = Math.min(children.size(), PARTS_MAX) - 1; i >= 0; i--) {
        stack.push(children.get(i));
      }
      if (!children.isEmpty()) {
        continue;
      }
      if (p.type().equals("image")) {
        images++;
      }
      if (p.text() && !"attachment".equals(p.disposition())) {
        text(p);
      } else {
        habit("a part of " + p.type() + "/" + cut(p.subtype()));
        extension(p.fileName());
      }
    }
  }

  private static String cut(String s) {
    return s.substring(0, Math.min(s.length(), WORD_MAX));
  }

  private void extension(String name) {
    int dot = name == null ? -1 : name.lastIndexOf('.');
    if (dot >= 0 && name.length() - dot <= 6) {
      habit("a file " + lower(name.substring(dot)));
    }
  }

  private void text(Part p) throws IOException {
    if (left <= 0 || texts++ >= TEXTS_MAX || p.size() == 0) {
      return;
    }
    // Transfer encodings make text longer, by no more than three.
    long length = Math.min(p.size(), 3L * left);
    byte[] octets;
    try (InputStream raw = source.open(p.bodyStart(), length)) {
      octets = DecodedBody.open(new FirstOctets(raw, length), p).readNBytes(left);
    }
    left -= octets.length;
    String charset = p.parameter("charset");
    String text = Charsets.decode(octets, charset);
    if (charset != null) {
      features.add(Features.Kind.HABIT, "the charset " + cut(lower(charset)));
    }
    links(text);
    if (p.subtype().equals("html")) {
      html = true;
      words(HtmlText.of(text), Features.Kind.WORD, Features.Kind.PAIR);
    } else {
      plain = true;
      words(text, Features.Kind.WORD, Features.Kind.PAIR);
    }
  }

  private void form(Part message) {
    habit(html ? plain ? "text and HTML" : "only HTML" : plain ? "only text" : "no text");
    habit("words: " + Integer.toBinaryString(words).length());
    if (images > 0) {
      habit(images > 3 ? "many images" : "images");
    }
    habit(hosts == 0 ? "no links" : hosts > 10 ? "many links" : "links");
    if (invisible > 3) {
      form("invisible characters");
    }
    if (endless > 2) {
      form("endless words");
    }
    if (message.type().equals("multipart")) {
      habit("multipart/" + cut(message.subtype()));
    }
  }

  // --- words

  private void words(String text, Features.Kind single, Features.Kind pair) {
    var word = new StringBuilder(WORD_MAX);
    String before = null;
    int length = 0; // of the word, kept or not
    for (int i = 0; i <= text.length() && words < WORDS_MAX; i++) {
      char c = i < text.length() ? text.charAt(i) : ' ';
      if (isPart(c) && !alone(c)) {
        length++;
        if (word.length() < WORD_MAX) {
          word.append(c < 0x80 ? asciiLower(c) : Character.toLowerCase(c));
        }
      } else if (c >= 0x80 && Character.getType(c) == Character.FORMAT) {
        invisible++; // does not end a word: it is there to hide it
      } else {
        if (length > 0) {
          before = word(word, length, before, single, pair);
          word.setLength(0);
          length = 0;
        }
        if (alone(c)) {
          before = word(word.append(c), WORD_MIN, before, single, pair);
          word.setLength(0);
        }
      }
    }
  }

  private static char asciiLower(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
  }

  private static boolean isPart(char c) {
    return c < 0x80
        ? c >= 'a' && c <= 'z'
            || c >= 'A' && c <= 'Z'
            || c >= '0' && c <= '9'
            || c == '\''
            || c == '$'
        : Character.isLetterOrDigit(c) || Character.getType(c) == Character.NON_SPACING_MARK;
  }

  /// Characters of scripts without spaces between words; their pairs stand for words.
  private static boolean alone(char c) {
    return c >= 0x3040 && c <= 0x9fff && Character.isLetter(c);
  }

  /// The word for the pair with the next one.
  private String word(
      StringBuilder word, int length, String before, Features.Kind single, Features.Kind pair) {
    if (length > WORD_MAX) {
      endless++;
      return null;
    }
    if (length < WORD_MIN) {
      return before;
    }
    words++;
    String text = number(word) ? "#" + length : word.toString();
    if (pair == null) {
      features.add(single, text);
    } else {
      features.add(single, pair, before, text);
    }
    return text;
  }

  /// What numbers are is of no use, only that there are.
  private static boolean number(StringBuilder word) {
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) < '0' || word.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  // --- links

  private void links(String text) {
    for (int at = text.indexOf("://"); at >= 0 && hosts < HOSTS_MAX; at = text.indexOf("://", at)) {
      boolean http = at >= 4 && lower(text.substring(at - 4, at)).matches("http|ttps");
      at += 3;
      if (http) {
        hosts++;
        host(text, at);
      }
    }
  }

  private void host(String text, int from) {
    int end = from;
    boolean user = false;
    int start = from;
    while (end < text.length() && end - from < 255 && isHost(text.charAt(end))) {
      if (text.charAt(end) == '@') {
        user = true;
        start = end + 1;
      }
      end++;
    }
    if (user) {
      form("a link with a user name");
    }
    String host = lower(text.substring(start, end)).replaceFirst(":.*", "");
    int dot = host.lastIndexOf('.');
    if (dot < 0) {
      return;
    }
    String top = host.substring(dot + 1);
    if (top.isEmpty() || Character.isDigit(top.charAt(0))) {
      form("a link to a bare address");
      return;
    }
    features.add(Features.Kind.TOP, cut(top));
    features.add(Features.Kind.HOST, host);
    int second = host.lastIndexOf('.', dot - 1);
    if (second > 0) {
      features.add(Features.Kind.HOST, host.substring(second + 1));
    }
  }

  private static boolean isHost(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '-' || c == '_' || c == '@' || c == ':';
  }

  private static String lower(String s) {
    return s.toLowerCase(Locale.ROOT);
  }
}
