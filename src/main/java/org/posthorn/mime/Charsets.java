package org.posthorn.mime;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Character sets under the names that mail uses for them, read as browsers do: the larger set
/// where one is a part of another.
public final class Charsets {
  private static final int MAX_NAME = 64;
  private static final char REPLACEMENT = '\ufffd';

  /// Names that the JDK does not know, or that promise less than what is sent under them.
  private static final Map<String, String> OTHER_NAMES =
      Map.ofEntries(
          Map.entry("iso-8859-1", "windows-1252"),
          Map.entry("latin1", "windows-1252"),
          Map.entry("iso-8859-9", "windows-1254"),
          Map.entry("iso-8859-8-i", "iso-8859-8"),
          Map.entry("iso-8859-8-e", "iso-8859-8"),
          Map.entry("iso-8859-6-i", "iso-8859-6"),
          Map.entry("tis-620", "x-windows-874"),
          Map.entry("windows-874", "x-windows-874"),
          Map.entry("gb2312", "gb18030"),
          Map.entry("gbk", "gb18030"),
          Map.entry("x-gbk", "gb18030"),
          Map.entry("cp936", "gb18030"),
          Map.entry("hz-gb-2312", "gb18030"),
          Map.entry("big5", "big5-hkscs"),
          Map.entry("cp950", "big5-hkscs"),
          Map.entry("shift_jis", "windows-31j"),
          Map.entry("shift-jis", "windows-31j"),
          Map.entry("x-sjis", "windows-31j"),
          Map.entry("sjis", "windows-31j"),
          Map.entry("cp932", "windows-31j"),
          Map.entry("euc-kr", "x-windows-949"),
          Map.entry("ks_c_5601-1987", "x-windows-949"),
          Map.entry("ks_c_5601", "x-windows-949"),
          Map.entry("cp949", "x-windows-949"),
          Map.entry("utf8", "utf-8"),
          Map.entry("utf", "utf-8"),
          Map.entry("utf-8mb4", "utf-8"),
          Map.entry("utf8mb4", "utf-8"),
          Map.entry("unicode-1-1-utf-8", "utf-8"),
          Map.entry("unicode-1-1-utf-7", "utf-7"),
          Map.entry("ansi", "windows-1252"),
          Map.entry("macintosh", "x-macroman"));

  private Charsets() {}

  /// The character set of that name, or null if it is unknown. The name may carry quotes, spaces or
  /// underscores in the place of hyphens.
  public static Charset find(String name) {
    if (name == null || name.length() > MAX_NAME) {
      return null;
    }
    String plain = Content.lower(name.replace("\"", "").replace("'", "").strip());
    Charset charset = known(plain);
    if (charset == null && plain.indexOf('_') >= 0) {
      charset = known(plain.replace('_', '-'));
    }
    if (charset == null && plain.indexOf(' ') >= 0) {
      charset = known(plain.replace(' ', '-'));
    }
    if (charset == null && plain.startsWith("cp-")) {
      charset = known("cp" + plain.substring(3));
    }
    return charset;
  }

  private static Charset known(String name) {
    String jdkName = OTHER_NAMES.getOrDefault(name, name);
    if (jdkName.equals("utf-7")) {
      return Utf7.CHARSET;
    }
    try {
      Charset charset = Charset.forName(jdkName);
      String wider = OTHER_NAMES.get(Content.lower(charset.name()));
      return wider == null ? charset : Charset.forName(wider);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /// Text in a character set that may be missing, unknown, or not the truth: without a usable name
  /// it is UTF-8 if it is valid UTF-8, otherwise windows-1252. Never an exception; what cannot be
  /// decoded becomes U+FFFD.
  public static String decode(byte[] octets, String name) {
    Charset charset = find(name);
    if (charset == null || charset.equals(StandardCharsets.US_ASCII)) {
      String text = utf8OrNull(octets, 0, octets.length);
      return text != null ? text : new String(octets, find("windows-1252"));
    }
    return new String(octets, charset);
  }

  /// The octets as text if they are valid UTF-8, else null.
  static String utf8OrNull(byte[] b, int offset, int length) {
    // The JDK's own way is several times faster than a decoder; but where it replaces what is wrong
    // only a decoder tells that from the same character sent.
    String text = new String(b, offset, length, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) < 0) {
      return text;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(b, offset, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
