package org.posthorn.trust;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.posthorn.dns.Zones;
import org.posthorn.mime.EmailAddress;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.dmarc.Dmarc;
import org.posthorn.trust.dmarc.DmarcFinding;
import org.posthorn.trust.spf.Spf;
import org.posthorn.trust.spf.SpfResult;

/// Targets for fuzzing: what strangers publish and write about who they are.
public final class TrustTargets {
  private static final InetAddress IP = InetAddress.ofLiteral("192.0.2.1");

  private TrustTargets() {}

  /// A record, which includes itself, and the words for who fails.
  public static void spf(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    var zones = new Zones();
    zones.txt("a.example", "v=spf1 " + text).txt("a.example", text);
    zones.txt("b.example", "v=spf1 include:a.example -all exp=c.example").txt("c.example", text);
    zones.address("a.example", "192.0.2.1").name("192.0.2.1", "a.example");
    var spf = new Spf(zones, "our.example", InstantSource.fixed(Instant.EPOCH), () -> 0);
    for (String domain : List.of("a.example", "b.example")) {
      SpfResult result = spf.check(IP, text, new EmailAddress("x+y", domain));
      assertThat(result.explanation()).matches("[ -~]*").hasSizeLessThanOrEqualTo(400);
    }
    assertThat(spf.checkHelo(IP, text).reason()).isNotEmpty();
  }

  /// A record, and the value of From.
  public static void dmarc(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    var zones = new Zones();
    zones.txt("_dmarc.a.example", "v=DMARC1;" + text).txt("_dmarc.b.example", text);
    var dmarc = new Dmarc(zones, new Random(1), () -> 0);
    for (String from : List.of("x@a.example", "x@b.c.d.b.example", text)) {
      DmarcFinding finding = dmarc.check(List.of(from), null, List.<DkimResult>of());
      assertThat(finding.result().domain()).matches("[a-z0-9_.-]*");
      assertThat(finding.result().asked()).isLessThanOrEqualTo(finding.result().published());
    }
  }

  /// What is read can be written, and read again as the same.
  public static void results(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    AuthenticationResults read = AuthenticationResults.parse(text);
    if (read != null) {
      String field = read.field();
      assertThat(field).matches("(?s)Authentication-Results: [\\t\\r\\n -~]*\\r\\n");
      assertThat(field.replace("\r\n\t", "").replace("\r\n ", "").indexOf('\r'))
          .isEqualTo(field.replace("\r\n\t", "").replace("\r\n ", "").length() - 2);
      AuthenticationResults again =
          AuthenticationResults.parse(field.substring(field.indexOf(':') + 1));
      if (again != null) { // its id may have had nothing that can be written
        assertThat(again.results()).hasSameSizeAs(read.results());
      }
    }
  }

  /// In slices of any size the same comes out, never more than went in, and no field is ours.
  public static void foreignResults(byte[] input) throws IOException {
    byte[] whole = filtered(input, Math.max(1, input.length));
    assertThat(filtered(input, 1)).isEqualTo(whole);
    assertThat(whole).hasSizeLessThanOrEqualTo(input.length);
    assertThat(filtered(whole, 7)).isEqualTo(whole);
  }

  private static byte[] filtered(byte[] input, int size) throws IOException {
    var out = new ByteArrayOutputStream();
    var filter = new ForeignResults(List.of("our.example"), Set.of("X-Our"), out::write);
    for (int i = 0; i < input.length; i += size) {
      filter.write(input, i, Math.min(size, input.length - i));
    }
    filter.end();
    return out.toByteArray();
  }
}
