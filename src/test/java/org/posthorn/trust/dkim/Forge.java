package org.posthorn.trust.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;

/// Signs with whatever tags a test likes, as a stranger might.
public final class Forge {
  private Forge() {}

  /// Puts a DKIM-Signature before the message. Of the tags, `bh=?` becomes the body's hash; `b=` is
  /// added.
  public static byte[] sign(String tags, DkimKey key, byte[] message) {
    return sign("DKIM-Signature", tags, Claim.Kind.DKIM, key, message);
  }

  static byte[] sign(String name, String tags, Claim.Kind kind, DkimKey key, byte[] message) {
    HeaderField draft = HeaderField.of(name + ":" + tags + "; b=");
    Claim claim = Claim.parse(draft, kind);
    String written = name + ":" + tags.replace("bh=?", "bh=" + hash(claim, message)) + "; b=";
    HeaderField field = HeaderField.of(written);
    SignedMessage m = SignedMessage.read(message);
    Canonicalization c = claim.header() == null ? Canonicalization.RELAXED : claim.header();
    SignedOctets octets = Verification.fields(m, claim.signed(), field, c);
    octets.signature(field, field.end(), field.end(), c);
    String b = Base64.getEncoder().encodeToString(key.sign(octets.octets()));
    return join((written + b + "\r\n").getBytes(UTF_8), message);
  }

  private static String hash(Claim claim, byte[] message) {
    int body = new String(message, ISO_8859_1).indexOf("\r\n\r\n") + 4;
    byte[] canonical =
        CanonicalTest.body(claim.body(), Arrays.copyOfRange(message, body, message.length));
    int length =
        claim.length() < 0 ? canonical.length : (int) Math.min(claim.length(), canonical.length);
    byte[] sha256 = BodyHasher.sha256().digest(Arrays.copyOf(canonical, length));
    return Base64.getEncoder().encodeToString(sha256);
  }

  public static byte[] join(byte[] lines, byte[] message) {
    byte[] all = Arrays.copyOf(lines, lines.length + message.length);
    System.arraycopy(message, 0, all, lines.length, message.length);
    return all;
  }
}
