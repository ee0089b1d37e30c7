package org.posthorn.mime;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

/// The first words of a message, to be shown in a list (RFC 8970 §3.3): of its first text, without
/// markup, quotes and signature, white space made single spaces.
public final class Preview {
  /// RFC 8970 §3.3: characters that a preview should have at most.
  public static final int CHARACTERS_MAX = 200;

  /// Octets of a part that are read, as transferred; behind them there is little to find.
  private static final int OCTETS_MAX = 64 * 1024;

  /// Text parts that are tried until one says something.
  private static final int PARTS_MAX = 8;

  /// Where the octets of the message come from.
  @FunctionalInterface
  public interface Source {
    /// At least `length` octets from `from`.
    InputStream open(long from, long length) throws IOException;
  }

  private final Source source;
  private int tried;

  private Preview(Source source) {
    this.source = source;
  }

  /// Empty where there is no text to speak of, as in an encrypted message.
  public static String of(Part message, Source source) throws IOException {
    return new Preview(source).search(message);
  }

  private String search(Part p) throws IOException {
    if (!p.children().isEmpty()) {
      return p.multipart()
          ? children(p)
          : ""; // what a forwarded message says is not what this says
    }
    boolean wanted = p.text() && !"attachment".equals(p.disposition()) && p.size() > 0;
    if (!wanted || tried++ >= PARTS_MAX) {
      return "";
    }
    boolean html = p.subtype().equals("html");
    if (!html && !p.subtype().equals("plain")) {
      return "";
    }
    String text = text(p);
    return html ? cut(HtmlText.of(text)) : plain(text);
  }

  private String children(Part p) throws IOException {
    List<Part> children = p.children();
    for (Part child : children) {
      String found = search(child);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return "";
  }

  private String text(Part p) throws IOException {
    int length = (int) Math.min(p.size(), OCTETS_MAX);
    try (InputStream raw = source.open(p.bodyStart(), length)) {
      InputStream decoded = TransferDecoder.decode(new FirstOctets(raw, length), p.encoding());
      byte[] octets = new byte[length]; // no encoding makes more of them
      int n = decoded.readNBytes(octets, 0, length);
      return Charsets.decode(
          n == length ? octets : Arrays.copyOf(octets, n), p.parameter("charset"));
    }
  }

  /// Without quoted lines, the line that announces them, and the signature; if nothing else is
  /// there, the quotes.
  private static String plain(String text) {
    Words own = new Words();
    String held = ""; // not taken before it is known whether a quote follows
    boolean armor = false;
    for (int at = 0; at <= text.length() && !own.full(); ) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      boolean dashes = text.startsWith("-- ", at);
      String line = text.substring(at, end).strip();
      at = end + 1;
      if (dashes && line.equals("--")) {
        break; // RFC 3676 §4.3
      }
      if (line.startsWith("-----BEGIN PGP MESSAGE")) {
        return own.toString();
      }
      if (line.startsWith("-----BEGIN PGP SIGNED MESSAGE")) {
        armor = true; // its header ends at an empty line
      }
      if (armor) {
        armor = !line.isEmpty();
      } else if (line.startsWith("-----BEGIN PGP SIGNATURE")) {
        break;
      } else if (line.startsWith(">")) {
        held = "";
      } else if (!line.isEmpty()) {
        own.add(held);
        own.add(" ");
        held = line.endsWith(":") ? line : "";
        own.add(held.isEmpty() ? line : "");
      }
    }
    own.add(held);
    String found = own.toString();
    return found.isEmpty() ? cut(text.replace('>', ' ')) : found;
  }

  private static String cut(String text) {
    Words words = new Words();
    words.add(text);
    return words.toString();
  }

  /// Text with white space made single, ornaments and invisible characters left out, at most
  /// [#CHARACTERS_MAX].
  private static final class Words {
    private final StringBuilder b = new StringBuilder(CHARACTERS_MAX);
    private int characters;
    private boolean space;
    private int run; // of the same ornament
    private int before = -1;

    boolean full() {
      return characters >= CHARACTERS_MAX;
    }

    void add(String text) {
      for (int i = 0; i < text.length() && !full(); ) {
        int c = text.codePointAt(i);
        i += Character.charCount(c);
        if (isSpace(c)) {
          space = true;
        } else if (!isInvisible(c)) {
          take(c);
        }
      }
    }

    private void take(int c) {
      run = c == before ? run + 1 : 0;
      before = c;
      if (run >= 3 && "-=_*~#.+".indexOf(c) >= 0) {
        return;
      }
      if (space && !b.isEmpty()) {
        b.append(' ');
        characters++;
      }
      space = false;
      if (!full()) {
        b.appendCodePoint(c);
        characters++;
      }
    }

    @Override
    public String toString() {
      return b.toString().strip();
    }
  }

  private static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c);
  }

  /// Characters of no width, with which mails are padded so that no more than their first line is
  /// shown, and halves of characters.
  private static boolean isInvisible(int c) {
    return c == 0x34f
        || c == 0xfffd
        || Character.getType(c) == Character.FORMAT && c != 0x200d
        || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE;
  }
}
