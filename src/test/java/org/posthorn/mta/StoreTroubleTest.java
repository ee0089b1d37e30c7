package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.mta.MailHost.send;

import org.junit.jupiter.api.Test;
import org.posthorn.smtp.server.SmtpTalk;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Faults;

/// What a client hears when the disk fails us: come again, never a 250.
class StoreTroubleTest {
  private static final class Switch implements Faults {
    volatile boolean reject;
    volatile boolean rejectQueue;
    volatile String trouble;

    @Override
    public Fate commit(Commit commit) {
      boolean no = reject || rejectQueue && commit.partition().kind() == 'q';
      return no ? Fate.REJECT : Fate.APPLY;
    }

    @Override
    public String trouble() {
      return trouble;
    }
  }

  @Test
  void aCommitThatFailsIsNoDelivery() {
    var faults = new Switch();
    try (var host = new MailHost(faults)) {
      host.account("ana@foo.com");
      SmtpTalk t = host.mx();
      faults.reject = true;
      assertThat(send(t, "smith@bar.com", "ana@foo.com", "x"))
          .isEqualTo("451 4.3.0 Not delivered, try again later");
      faults.reject = false;
      assertThat(host.inbox("ana@foo.com")).isEmpty();
      assertThat(send(t, "smith@bar.com", "ana@foo.com", "x")).startsWith("250");
      assertThat(host.inbox("ana@foo.com")).hasSize(1);
    }
  }

  @Test
  void knownTroubleIsToldAtMail() {
    var faults = new Switch();
    try (var host = new MailHost(faults)) {
      faults.trouble = "disk full";
      host.mx()
          .say("MAIL FROM:<smith@bar.com>")
          .expectExactly("451 4.3.0 Cannot store mail now, try again later");
    }
  }

  @Test
  void whoHasItDoesNotGetItAgainWhenTheRestCouldNotBeQueued() {
    var faults = new Switch();
    try (var host = new MailHost(faults)) {
      host.account("ana@foo.com");
      host.alias("all@foo.com", "ana@foo.com", "smith@bar.com");
      SmtpTalk t = host.mx();
      faults.rejectQueue = true;
      for (int i = 0; i < 2; i++) {
        assertThat(send(t, "eve@baz.org", "all@foo.com", "x"))
            .isEqualTo("451 4.3.0 Not queued, try again later");
      }
      faults.rejectQueue = false;
      assertThat(host.queue()).isEmpty();
      assertThat(send(t, "eve@baz.org", "all@foo.com", "x")).startsWith("250");
      assertThat(host.queue()).hasSize(1);
      assertThat(host.inbox("ana@foo.com")).hasSize(1);
      // What comes then is another message.
      assertThat(send(t, "eve@baz.org", "all@foo.com", "x")).startsWith("250");
      assertThat(host.inbox("ana@foo.com")).hasSize(2);
    }
  }
}
