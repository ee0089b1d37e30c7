package org.posthorn.trust.arc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.posthorn.dns.Zones;
import org.posthorn.trust.dkim.DkimKey;
import org.posthorn.trust.dkim.DkimSigner.SigningKey;
import org.posthorn.trust.dkim.Forge;
import org.posthorn.trust.dkim.SignedMessage;
import org.posthorn.trust.dkim.SigningAlgorithm;

/// A target for fuzzing: chains of strangers.
public final class ArcTargets {
  private static final DkimKey KEY = DkimKey.generate(SigningAlgorithm.ED25519_SHA256);
  private static final Zones ZONES = new Zones().txt("s._domainkey.example.org", KEY.record());
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  private ArcTargets() {}

  /// The octets are the beginning of a message.
  public static void chain(byte[] input) {
    SignedMessage m = SignedMessage.readToSign(input);
    ArcResult found = ArcVerifier.verify(m, ZONES, NOW);
    assertThat(found.sealers()).hasSizeLessThanOrEqualTo(ArcSet.MAX_SETS);
    var sealer = new ArcSealer(new SigningKey("example.org", "s", KEY));
    String results = new String(input, ISO_8859_1);
    byte[] sealed = Forge.join(sealer.seal(m, "example.org; " + results, found.code(), NOW), input);
    if (sealed.length > input.length && input.length < 10_000) {
      ArcResult.Code after = ArcVerifier.verify(SignedMessage.read(sealed), ZONES, NOW).code();
      boolean first = found.code() == ArcResult.Code.NONE && m.flaw().isEmpty();
      boolean one = m.fields("from").size() == 1;
      assertThat(after == ArcResult.Code.PASS || !(first && one)).isTrue();
    }
  }
}
