package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.posthorn.mta.queue.Destination;
import org.posthorn.smtp.server.Feature;
import org.posthorn.smtp.server.SmtpConfig;
import org.posthorn.smtp.server.SmtpTalk;

/// ETRN (RFC 1985).
class QueueStartTest {
  @Test
  void startsWhatWaitsForABackupDomain() {
    try (var host = new MailHost()) {
      host.directory.addBackupDomain("bar.com", null);
      List<Destination> started = new ArrayList<>();
      AtomicInteger waiting = new AtomicInteger();
      SmtpConfig config = SmtpConfig.mx("foo.com").with(Feature.ETRN);
      SmtpTalk t = host.serve(config, host.mta.mx()).connect().hello();
      t.ask("ETRN bar.com", "458 4.3.0 Unable to queue messages for node bar.com");
      host.mta.startQueuesBy(d -> {
        started.add(d);
        return waiting.get();
      });
      t.ask("ETRN foo.com", "459 4.7.1");
      t.ask("ETRN baz.org", "459 4.7.1");
      assertThat(started).isEmpty();
      t.ask("ETRN bar.com", "251 2.0.0 OK, no messages waiting for node bar.com");
      waiting.set(7);
      t.ask("ETRN Bar.com", "252 2.0.0 OK, pending messages for node bar.com started");
      // Not again and again: anybody may ask.
      t.ask("ETRN bar.com", "250 2.0.0 OK, queuing for node bar.com started");
      assertThat(started).hasSize(2).containsOnly(new Destination.Domain("bar.com"));
    }
  }
}
