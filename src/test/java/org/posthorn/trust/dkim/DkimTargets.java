package org.posthorn.trust.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.posthorn.dns.Zones;

/// Targets for fuzzing: what signatures and keys of strangers say.
public final class DkimTargets {
  private static final Zones ZONES = ExamplesTest.keysOfBoth();

  private DkimTargets() {}

  public static void tags(byte[] input) {
    String text = new String(input, ISO_8859_1);
    TagList tags = TagList.parse(text);
    if (tags != null) {
      String first = tags.first();
      assertThat(text.substring(tags.from(first), tags.to(first))).contains(tags.get(first));
    }
    for (Claim.Kind kind : Claim.Kind.values()) {
      Claim claim = Claim.parse(HeaderField.of("DKIM-Signature:" + text), kind);
      assertThat(claim.start()).hasSizeLessThanOrEqualTo(8);
      if (claim.flaw().isEmpty()) {
        assertThat(claim.keyName()).matches("[a-z0-9._-]+");
        assertThat(claim.key()).isNotNull();
        assertThat(claim.signature()).isNotEmpty();
        assertThat(claim.header()).isNotNull();
      }
    }
  }

  public static void key(byte[] input) {
    KeyRecord record = KeyRecord.parse(new String(input, ISO_8859_1));
    if (record != null) {
      for (SigningAlgorithm a : SigningAlgorithm.values()) {
        if (record.trouble(a) == null) {
          byte[] text = "text".getBytes(US_ASCII);
          assertThat(record.publicKey(a).verifies(text, new byte[64])).isFalse();
        }
      }
    }
    RsaKeyReader.read(input);
  }

  public static void message(byte[] input) {
    SignedMessage m = SignedMessage.readToSign(input);
    List<DkimResult> results = DkimVerifier.verify(m, ZONES, ExamplesTest.THEN);
    assertThat(results).hasSizeLessThanOrEqualTo(DkimVerifier.MAX_SIGNATURES);
    for (HeaderField f : m.fields()) {
      byte[] simple = new SignedOctets().field(f, Canonicalization.SIMPLE).octets();
      byte[] relaxed = new SignedOctets().field(f, Canonicalization.RELAXED).octets();
      // Whoever canonicalizes twice has the same.
      HeaderField again = HeaderField.of(relaxed, 0, relaxed.length);
      assertThat(new SignedOctets().field(again, Canonicalization.RELAXED).octets())
          .isEqualTo(relaxed);
      assertThat(relaxed.length).isLessThanOrEqualTo(simple.length);
    }
  }
}
