package org.posthorn.trust.dkim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.posthorn.dns.Zones;
import org.posthorn.mime.BinaryRewrite.Source;
import org.posthorn.trust.dkim.DkimSigner.SigningKey;

/// What we sign is good for who checks it, and for nothing else.
class DkimSignerTest {
  private static final Instant NOW = Instant.parse("2026-11-30T21:00:00Z");
  private static final DkimKey ED25519 = DkimKey.generate(SigningAlgorithm.ED25519_SHA256);
  private static final DkimKey RSA = DkimKey.generate(SigningAlgorithm.RSA_SHA256);
  private static final Zones ZONES =
      new Zones()
          .txt("e1._domainkey.example.org", ED25519.record())
          .txt("r1._domainkey.example.org", RSA.record());
  private static final DkimSigner SIGNER =
      new DkimSigner(
          List.of(
              new SigningKey("example.org", "e1", ED25519),
              new SigningKey("example.org", "r1", RSA)));

  private static byte[] crlf(String text) {
    return ExamplesTest.crlf(text);
  }

  private static byte[] join(byte[] lines, byte[] message) {
    byte[] all = new byte[lines.length + message.length];
    System.arraycopy(lines, 0, all, 0, lines.length);
    System.arraycopy(message, 0, all, lines.length, message.length);
    return all;
  }

  private static byte[] signed(byte[] message) {
    return join(SIGNER.sign(SignedMessage.readToSign(message), NOW), message);
  }

  private static List<DkimResult> verify(byte[] message) {
    return DkimVerifier.verify(SignedMessage.read(message), ZONES, NOW);
  }

  @Test
  void signsWithAllKeys() {
    byte[] signed = signed(crlf("From: ana@example.org\nSubject: Hi\n\nText\n"));
    assertThat(verify(signed))
        .extracting(DkimResult::code, DkimResult::algorithm, DkimResult::selector)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(DkimResult.Code.PASS, "ed25519-sha256", "e1"),
            org.assertj.core.groups.Tuple.tuple(DkimResult.Code.PASS, "rsa-sha256", "r1"));
  }

  @Test
  void linesAreShortAndAscii() {
    byte[] lines = SIGNER.sign(SignedMessage.readToSign(crlf("From: ana@example.org\n\n")), NOW);
    String text = new String(lines, UTF_8);
    assertThat(text).endsWith("\r\n").matches("[\\x20-\\x7e\\r\\n]+");
    assertThat(text.split("\r\n"))
        .allSatisfy(line ->
            assertThat(line).hasSizeLessThanOrEqualTo(78).matches("DKIM-Signature: .*| \\S.*"));
  }

  @Test
  void whatComesBackFromTheDiskSignsTheSame() {
    for (DkimKey key : List.of(RSA, ED25519)) {
      DkimKey again = DkimKey.decode(key.encoded());
      assertThat(again.record()).isEqualTo(key.record());
      assertThat(again.algorithm()).isEqualTo(key.algorithm());
      assertThat(again.sign(new byte[] {1, 2})).isEqualTo(key.sign(new byte[] {1, 2}));
      assertThat(key.toString()).doesNotContain("[B").hasSizeLessThan(30);
    }
  }

  @Test
  void theCorpus() throws Exception {
    Path corpus = Path.of("src/test/resources/corpus");
    int signed = 0;
    try (Stream<Path> files = Files.walk(corpus)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        byte[] message = Files.readAllBytes(file);
        SignedMessage read = SignedMessage.readToSign(message);
        byte[] lines = SIGNER.sign(read, NOW);
        if (lines.length > 0) {
          signed++;
          boolean sound = read.flaw().isEmpty() && read.fields("from").size() == 1;
          assertThat(verify(join(lines, message)).subList(0, 2))
              .as("%s", file)
              .extracting(DkimResult::code)
              .containsOnly(sound ? DkimResult.Code.PASS : DkimResult.Code.POLICY);
        }
      }
    }
    assertThat(signed).isGreaterThan(300);
  }

  /// The body goes by, whatever its size.
  @Test
  void largeMessages() throws Exception {
    byte[] head = crlf("From: ana@example.org\nSubject: Large\n\n");
    Source message = () -> new SequenceInputStream(new ByteArrayInputStream(head), new Letters());
    byte[] lines = SIGNER.sign(SignedMessage.readToSign(message), NOW);
    Source signed = () -> new SequenceInputStream(new ByteArrayInputStream(lines), message.open());
    assertThat(DkimVerifier.verify(SignedMessage.read(signed), ZONES, NOW))
        .extracting(DkimResult::code)
        .containsExactly(DkimResult.Code.PASS, DkimResult.Code.PASS);
  }

  /// Lines of 50 MiB that are nowhere as a whole.
  private static final class Letters extends InputStream {
    private static final byte[] LINE =
        "seventy-eight octets and a line end: 0123456789 0123456789 0123456789 0123\r\n"
            .getBytes(UTF_8);
    private long left = 50L << 20;

    @Override
    public int read() {
      return left == 0 ? -1 : LINE[(int) (left-- % LINE.length)];
    }

    @Override
    public int read(byte[] b, int off, int len) {
      int n = (int) Math.min(left, Math.min(len, LINE.length));
      System.arraycopy(LINE, 0, b, off, n);
      left -= n;
      return n == 0 ? -1 : n;
    }
  }
}
