package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.dns.Zones;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.judge.Inspection;
import org.posthorn.mta.judge.Inspector;
import org.posthorn.mta.judge.JudgeOptions;
import org.posthorn.mta.judge.RuleJudge;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Incoming;
import org.posthorn.store.Message;
import org.posthorn.store.TestStore;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.MemoryKv;

class InspectionTest {
  private static final int LARGE = 300 * 1024;

  @TempDir private Path spool;

  /// Whoever signed it: our disk is no reason to refuse it for good, which a forged one is.
  @Test
  void whatCannotBeReadIsNotJudged() throws IOException {
    try (MailHost host = new MailHost();
        TestStore disk = new TestStore(new MemoryKv(), new FaultyDisk(1), 1 << 20, spool);
        Incoming incoming = disk.store.receive()) {
      incoming.write("From: ana@foo.com\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      incoming.write(new byte[LARGE]);
      Message message = incoming.finish();
      try (Stream<Path> files = Files.list(spool)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Inspection inspection = begin(host);
      assertThatThrownBy(() -> inspection.look(message)).isInstanceOf(IOException.class);
    }
  }

  private static Inspection begin(MailHost host) throws IOException {
    var inspector =
        new Inspector(
            "mx.foo.com",
            c -> true,
            new Zones(),
            host.disk.clock,
            Ticker.SYSTEM,
            new Random(1),
            new RuleJudge(JudgeOptions.DEFAULT, "foo.com"::equals));
    var remote = new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 4711);
    var local = new InetSocketAddress(InetAddress.getByName("192.0.2.2"), 25);
    var endpoint = new Client.Endpoint(remote, local, false, false, false, 0);
    var client = new Client("c1", endpoint, "host.evil.test", true, null, null);
    var sender = new Sender(new ReversePath(EmailAddress.parse("eve@bar.com")), 0, Body.SEVEN_BIT);
    return inspector.begin(client, sender, host.mta.trace().story(host.mta.newId()));
  }
}
