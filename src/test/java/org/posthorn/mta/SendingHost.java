package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.posthorn.Await;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.QueuedRecipient;
import org.posthorn.mta.queue.Scheduler;
import org.posthorn.mta.queue.SchedulerOptions;
import org.posthorn.mta.send.RemoteDelivery;
import org.posthorn.mta.send.Route;
import org.posthorn.mta.send.TlsResults;
import org.posthorn.mta.sign.Signing;
import org.posthorn.net.Dialer;
import org.posthorn.net.ServerAuthorities;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.client.Endpoint;
import org.posthorn.smtp.client.Settings;
import org.posthorn.smtp.client.Timing;
import org.posthorn.smtp.client.TlsUse;
import org.posthorn.smtp.server.SmtpConfig;
import org.posthorn.smtp.server.SmtpTalk;

/// A mail host that sends what waits: the queue with its scheduler, real connections to other
/// servers, notices to senders. Its clock stands still until a test moves it; deadlines of
/// connections are real.
final class SendingHost implements AutoCloseable {
  /// Where the servers of domains are, for tests that have no use for name servers.
  static final class Places implements RemoteDelivery.Routing {
    private final Map<String, List<Endpoint>> hosts = new HashMap<>();

    /// Adds a host for a domain.
    Places at(String domain, InetSocketAddress where) {
      List<Endpoint> all = hosts.computeIfAbsent(domain, d -> new ArrayList<>());
      String name = "mx" + (all.size() + 1) + "." + domain;
      all.add(new Endpoint(name, where.getAddress(), where.getPort(), null));
      return this;
    }

    @Override
    public Route find(Destination to, String senderDomain, String recipientDomain) {
      return Route.Hosts.of(
          recipientDomain, false, hosts.get(recipientDomain), TlsUse.IF_OFFERED, null);
    }
  }

  /// Long enough for a busy machine.
  static final Timing PATIENT = Timing.all(Duration.ofSeconds(20));

  private static final ServerAuthorities AUTHORITIES = ServerAuthorities.system();

  final MailHost mail;
  private final RemoteDelivery remote;
  final Scheduler scheduler;
  private final Dialer dialer = new Dialer(Ticker.SYSTEM);

  SendingHost(MailHost mail, RemoteDelivery.Routing routing) {
    this(mail, routing, PATIENT);
  }

  SendingHost(MailHost mail, RemoteDelivery.Routing routing, Timing timing) {
    this.mail = mail;
    String domain = mail.domain;
    remote =
        new RemoteDelivery(
            routing,
            mail.disk.store.keeping()::open,
            dialer,
            new Settings("mx." + domain, TlsUse.IF_OFFERED, AUTHORITIES, null, timing),
            mail.disk.clock,
            mail.trace,
            TlsResults.NOBODY);
    scheduler =
        new Scheduler(
            mail.queue,
            SchedulerOptions.DEFAULT,
            remote,
            mail.mta.local(),
            mail.mta.notices(),
            new QueueStories(mail.trace),
            () -> mail.disk.millis.get() * 1_000_000);
    scheduler.start();
  }

  void signBy(Signing signing) {
    remote.signBy(signing);
  }

  /// Its door for other servers.
  InetSocketAddress door() {
    return mail.serve(SmtpConfig.mx("mx." + mail.domain), mail.mta.mx()).address();
  }

  /// A session of an account, past its login.
  SmtpTalk logIn(String account) {
    return mail.submission().logIn(account, MailHost.PASSWORD);
  }

  /// Waits until nothing is left to be delivered.
  void drained() {
    Await.until(() -> scheduler.waiting() == 0 && scheduler.working() == 0);
  }

  /// Waits until every recipient that is left has been tried so often, and nothing is under way.
  void tried(int times) {
    Await.until(
        () -> scheduler.working() == 0 && left().stream().allMatch(r -> r.tries() >= times));
  }

  /// Those who wait, but notices.
  List<QueuedRecipient> left() {
    List<QueuedRecipient> all = new ArrayList<>();
    mail.queue.forEach((message, recipients) -> {
      if (!message.sender().path().isNull()) all.addAll(recipients);
    });
    return all;
  }

  /// Lets time pass until the next of those who wait is due.
  void nextTry() {
    Instant next = left().stream().map(QueuedRecipient::next).min(Instant::compareTo).orElseThrow();
    long millis = Math.max(1, next.toEpochMilli() - mail.disk.millis.get());
    mail.disk.millis.addAndGet(millis);
    scheduler.hurry(new Destination.Domain("nobody.invalid")); // looks at the clock
  }

  @Override
  public void close() {
    scheduler.close();
    remote.close();
    assertThat(dialer.connections()).isZero();
    assertThat(dialer.bufferBytes()).isZero();
    dialer.close();
    mail.close();
  }
}
