package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.mta.MailHost.send;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.smtp.server.SmtpTalk;
import org.posthorn.store.kv.Faults;

/// For trying out: every address is an inbox, and any password opens it.
class AnyUserTest {
  private final MailHost host =
      new MailHost(
          Faults.NONE,
          new MtaConfig("mx.foo.com", "foo.com").withLocalSenders(MtaConfig.LocalSenders.ANYBODY),
          DirectoryOptions.DEFAULT.withUsers(DirectoryOptions.Users.ANY));

  @AfterEach
  void checkTheStore() {
    host.close();
  }

  @Test
  void anybodyWritesToAnybody() {
    SmtpTalk t = host.mx();
    send(t, "smith@bar.com", "whoever@where.example", "Subject: x");
    send(t, "whoever@where.example", "smith@bar.com", "Subject: y");
    assertThat(host.inbox("whoever@where.example")).hasSize(1);
    assertThat(host.inbox("smith@bar.com")).hasSize(1);
  }

  @Test
  void anybodyLogsIn() {
    SmtpTalk t = host.submission().logIn("new@where.example", "whatever");
    send(t, "new@where.example", "other@else.example", "Subject: x");
    assertThat(host.inbox("other@else.example")).hasSize(1);
  }
}
