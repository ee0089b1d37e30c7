package org.posthorn.trust.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.posthorn.dns.Zones;

/// Targets for fuzzing: what lists answer, and what messages contain.
public final class ListTargets {
  private static final int ADDRESS_OCTETS = 4;
  private static final int CODES_MAX = 8;

  private ListTargets() {}

  /// One octet: how many addresses; then these; the rest is the text.
  public static void answer(byte[] input) {
    Zones zones = new Zones().address("2.0.0.127.l.test", "127.0.0.2");
    DnsList list = new DnsList(ListSettings.blocking("l.test"), zones);
    assertThat(list.check()).isTrue();
    int codes = input.length == 0 ? 0 : input[0] & CODES_MAX - 1;
    int at = 1;
    for (int i = 0; i < codes && at + ADDRESS_OCTETS <= input.length; i++) {
      StringBuilder literal = new StringBuilder();
      for (int k = 0; k < ADDRESS_OCTETS; k++) {
        literal.append(k == 0 ? "" : ".").append(input[at++] & 0xff);
      }
      zones.address("1.2.0.192.l.test", literal.toString());
    }
    String text = new String(input, StandardCharsets.ISO_8859_1);
    zones.txt("1.2.0.192.l.test", text.substring(Math.min(at, text.length())));
    if (list.host(InetAddress.ofLiteral("192.0.2.1")) instanceof ListAnswer.Listed(ListHit h)) {
      assertThat(h.code()).matches("127\\.[0-9]+\\.[0-9]+\\.[0-9]+");
      assertThat(h.text()).matches("[ -~]{0,200}");
    }
  }

  /// A rule of the configuration, or not.
  public static void codes(byte[] input) {
    try {
      ListCodes.parse(List.of(new String(input, StandardCharsets.UTF_8)));
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  public static void urls(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    for (boolean html : new boolean[] {false, true}) {
      UrlScanner scanner = new UrlScanner(20);
      scanner.scan(text, html);
      assertThat(scanner.hosts()).hasSizeLessThanOrEqualTo(20);
      assertThat(scanner.hosts()).allMatch(h -> h.matches("[a-z0-9_.-]+\\.[a-z0-9_-]+"));
    }
  }
}
