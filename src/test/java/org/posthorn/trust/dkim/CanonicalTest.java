package org.posthorn.trust.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RFC 6376 §3.4. In the tables `_` is a space, `>` a tab, `/` a CRLF.
class CanonicalTest {
  private static String octets(String drawn) {
    return drawn == null
        ? ""
        : drawn.replace("_", " ").replace(">", "\t").replace("/", "\r\n").replace("!", "\r");
  }

  /// The same, written anew and slowly: by lines, in memory.
  static byte[] body(Canonicalization c, byte[] body) {
    String text = new String(body, ISO_8859_1);
    StringBuilder out = new StringBuilder();
    for (String line : text.split("\r\n", -1)) {
      boolean relaxed = c == Canonicalization.RELAXED;
      out.append(relaxed ? line.replaceAll("[ \t]+", " ").replaceAll(" \\z", "") : line);
      out.append("\r\n");
    }
    while (out.length() >= 4 && out.substring(out.length() - 4).equals("\r\n\r\n")) {
      out.setLength(out.length() - 2);
    }
    boolean empty = c == Canonicalization.RELAXED && out.toString().equals("\r\n");
    return (empty ? "" : out.toString()).getBytes(ISO_8859_1);
  }

  private static String hash(Canonicalization c, byte[] body, int piece) {
    BodyHasher h = new BodyHasher(c);
    for (int i = 0; i < body.length; i += piece) {
      h.update(body, i, Math.min(i + piece, body.length));
    }
    BodyHash hash = h.finish();
    assertThat(hash.length()).isEqualTo(body(c, body).length);
    return Base64.getEncoder().encodeToString(hash.sha256());
  }

  /// RFC 6376 §3.4.3, §3.4.4.
  @Test
  void emptyBodies() {
    assertThat(hash(Canonicalization.SIMPLE, new byte[0], 1))
        .isEqualTo("frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=");
    assertThat(hash(Canonicalization.RELAXED, new byte[0], 1))
        .isEqualTo("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  }

  /// The first is RFC 6376 §3.4.5.
  @ParameterizedTest
  @CsvSource({
    "_C_/D_>_E///, _C_/D_>_E/, _C/D_E/",
    ", /, ''",
    "/, /, ''",
    "////, /, ''",
    "_/>//, _/>/, ''",
    "a, a/, a/",
    "a_, a_/, a/",
    "a/_, a/_/, a/",
    "a//b///, a//b/, a//b/",
    "a!b, a!b/, a!b/",
    "a_!, a_!/, a_!/",
    "!/, !/, !/",
    "!!/, !!/, !!/",
    "a___b>>c, a___b>>c/, a_b_c/",
    "_>_a, _>_a/, _a/",
  })
  void bodies(String body, String simple, String relaxed) {
    byte[] in = octets(body).getBytes(ISO_8859_1);
    assertThat(new String(body(Canonicalization.SIMPLE, in), ISO_8859_1)).isEqualTo(octets(simple));
    assertThat(new String(body(Canonicalization.RELAXED, in), ISO_8859_1))
        .isEqualTo(octets(relaxed));
    compare(in);
  }

  @Test
  void anyBodyInAnyPieces() {
    Random random = new Random(6376);
    String letters = "ab \t\r\n\r\n\r\n \n\0\u00e9";
    for (int round = 0; round < 3_000; round++) {
      byte[] body = new byte[random.nextInt(40)];
      for (int i = 0; i < body.length; i++) {
        body[i] = (byte) letters.charAt(random.nextInt(letters.length()));
      }
      compare(body);
    }
    byte[] large = "A line of words, and  more \t of them. \r\n".repeat(3_000).getBytes(ISO_8859_1);
    compare(large);
    compare(new byte[100_000]);
  }

  private static void compare(byte[] body) {
    for (Canonicalization c : Canonicalization.values()) {
      byte[] digest = BodyHasher.sha256().digest(body(c, body));
      String wanted = Base64.getEncoder().encodeToString(digest);
      for (int piece : new int[] {1, 2, 3, 7, 1_000_000}) {
        assertThat(hash(c, body, piece)).as("%s", new String(body, ISO_8859_1)).isEqualTo(wanted);
      }
    }
  }

  /// The first three are RFC 6376 §3.4.5.
  @ParameterizedTest
  @CsvSource({
    "A:_X/, a:X/",
    "B_:_Y>/>Z__/, b:Y_Z/",
    "'B_:_Y>/>Z__', b:Y_Z/",
    "X-Empty:/, x-empty:/",
    "X-White:__/>/_/, x-white:/",
    "SUBJect:_AbC, subject:AbC/",
    "a>:b!c_!_/, a:b!c_!/",
    "a:b:_c_:d/, a:b:_c_:d/",
  })
  void fields(String field, String relaxed) {
    HeaderField f = HeaderField.of(octets(field));
    byte[] simple = new SignedOctets().field(f, Canonicalization.SIMPLE).octets();
    String whole = octets(field);
    assertThat(new String(simple, ISO_8859_1))
        .isEqualTo(whole.endsWith("\r\n") ? whole : whole + "\r\n");
    byte[] canonical = new SignedOctets().field(f, Canonicalization.RELAXED).octets();
    assertThat(new String(canonical, ISO_8859_1)).isEqualTo(octets(relaxed));
  }
}
