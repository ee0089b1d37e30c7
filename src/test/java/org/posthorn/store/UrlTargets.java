package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

/// Target for fuzzing: what a client sends as a URL.
public final class UrlTargets {
  private UrlTargets() {}

  public static void url(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    ImapUrl u = ImapUrl.parse(text);
    if (u == null) {
      return;
    }
    assertThat(u.uid()).isBetween(1L, UidSet.UID_MAX);
    assertThat(u.mailbox()).isNotEmpty();
    assertThat(u.count()).isPositive();
    assertThat(u.from()).isNotNegative();
    ImapUrl.Authorisation a = u.authorisation();
    if (a != null) {
      assertThat(text).startsWith(a.rump());
      ImapUrl rump = ImapUrl.parse(a.rump());
      assertThat(rump.authorisation().access()).isEqualTo(a.access());
      assertThat(rump.section()).isEqualTo(u.section());
    }
  }
}
