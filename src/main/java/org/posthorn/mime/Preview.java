package org.posthorn.mime;

import java.io.IOException;
import java.io.InputStream;
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
    long length = Math.min(p.size(), OCTETS_MAX);
    try (InputStream raw = source.open(p.bodyStart(), length)) {
      byte[] octets =
          TransferDecoder.decode(new FirstOctets(raw, length), p.encoding()).readNBytes(OCTETS_MAX);
      return Charsets.decode(octets, p.parameter("charset"));
    }
  }

  /// Without quoted lines, the line that announces them, and the signature; if nothing else is
  /// there, the quotes.
  private static String plain(String text) {
    var own = new StringBuilder();
    String held = ""; // not taken before it is known whether a quote follows
    boolean armor = false;
    for (String raw : text.split("\n", -1)) {
      String line = raw.strip();
      if (raw.startsWith("-- ") && line.equals("--")) {
        break; // RFC 3676 §4.3
      }
      if (line.startsWith("-----BEGIN PGP MESSAGE")) {
        return cut(own.toString());
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
        own.append(held).append(' ');
        held = line.endsWith(":") ? line : "";
        own.append(held.isEmpty() ? line : "");
      }
    }
    own.append(held);
    String found = cut(own.toString());
    return found.isEmpty() ? cut(text.replace('>', ' ')) : found;
  }

  /// White space made single, ornaments and invisible characters left out, at most
  /// [#CHARACTERS_MAX].
  private static String cut(String text) {
    var b = new StringBuilder();
    int characters = 0;
    boolean space = false;
    int run = 0; // of the same ornament
    int before = -1;
    for (int i = 0; i < text.length() && characters < CHARACTERS_MAX; ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (isSpace(c)) {
        space = true;
        continue;
      }
      if (isInvisible(c)) {
        continue;
      }
      run = c == before ? run + 1 : 0;
      before = c;
      if (run >= 3 && "-=_*~#.+".indexOf(c) >= 0) {
        continue;
      }
      if (space && !b.isEmpty()) {
        b.append(' ');
        characters++;
      }
      space = false;
      if (characters < CHARACTERS_MAX) {
        b.appendCodePoint(c);
        characters++;
      }
    }
    return b.toString().strip();
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
