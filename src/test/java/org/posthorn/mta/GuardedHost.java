package org.posthorn.mta;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.posthorn.dns.Zones;
import org.posthorn.mta.gate.Gate;
import org.posthorn.mta.gate.GateOptions;
import org.posthorn.smtp.server.SmtpConfig;
import org.posthorn.smtp.server.SmtpTalk;
import org.posthorn.smtp.server.TestServer;
import org.posthorn.trust.ReverseLookup;

/// A mail host with a gate at its door for other servers, to which this machine is a stranger. Time
/// stands still until a test moves it, and waiting is only noted.
final class GuardedHost implements AutoCloseable {
  final MailHost mail = new MailHost();
  final Zones zones = new Zones();
  final List<Duration> pauses = new CopyOnWriteArrayList<>();
  final Gate gate;
  private TestServer door;

  GuardedHost(GateOptions options) {
    gate = gate(options);
    mail.mta.guardBy(gate);
    mail.account("ana@foo.com");
    mail.account("postmaster@foo.com");
    mail.account("abuse@foo.com");
  }

  /// Another gate over the same store.
  Gate gate(GateOptions options) {
    var reverse = new ReverseLookup(zones, this::nanos);
    return new Gate(
        options.withLoopback(true),
        "mx.foo.com",
        mail.disk.store,
        new Gate.Means(zones, reverse::check, mail.disk.clock, this::nanos, pauses::add));
  }

  private long nanos() {
    return mail.disk.millis.get() * 1_000_000;
  }

  /// The host of the tests has a name that leads back.
  GuardedHost named() {
    zones.name("127.0.0.1", "client.bar.com").address("client.bar.com", "127.0.0.1");
    return this;
  }

  void pass(Duration time) {
    mail.disk.millis.addAndGet(time.toMillis());
  }

  /// Nothing is read yet.
  SmtpTalk knock() {
    if (door == null) {
      door = mail.serve(SmtpConfig.mx("foo.com"), mail.mta.mx());
    }
    return door.connectSilently();
  }

  /// To behind EHLO.
  SmtpTalk come() {
    return come("bar.com");
  }

  SmtpTalk come(String hello) {
    SmtpTalk t = knock().expectLine("220 foo.com");
    t.say("EHLO " + hello);
    t.readReply();
    return t;
  }

  /// To behind MAIL.
  SmtpTalk begin() {
    return come().ask("MAIL FROM:<smith@bar.com>", "250");
  }

  @Override
  public void close() {
    mail.close();
  }
}
