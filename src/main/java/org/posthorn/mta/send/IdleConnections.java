package org.posthorn.mta.send;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.client.Endpoint;
import org.posthorn.smtp.client.Login;
import org.posthorn.smtp.client.Settings;
import org.posthorn.smtp.client.SmtpClient;

/// Connections that no errand uses now, for the next one to the same host, whichever domain it is
/// for: over a smarthost, and to hosts of many domains, most mail then needs no handshake.
///
/// Any thread.
final class IdleConnections implements AutoCloseable {
  /// Short: a server counts what is open and does nothing against us.
  static final Duration KEEP = Duration.ofSeconds(3);

  /// Of all hosts together; the oldest go first.
  private static final int MAX = 100;

  private static final Duration GOODBYE = Duration.ofSeconds(2);

  private static final long SWEEP_MILLIS = 500;

  private record Idle(SmtpClient client, Login login, long since) {}

  private final Ticker ticker;

  // Oldest first; guarded by this.
  private final List<Idle> idle = new ArrayList<>();
  private boolean sweeping; // guarded by this
  private boolean closed; // guarded by this

  IdleConnections(Ticker ticker) {
    this.ticker = ticker;
  }

  /// Whether a connection that leads to a host may be used for mail that wants such TLS and login.
  ///
  /// @param how TLS, proof and login that are wanted
  static boolean serves(SmtpClient client, Login login, Endpoint host, Settings how) {
    return client.usable()
        && client.sent() < HeldConnection.MESSAGES_MAX
        && client.endpoint().equals(host)
        && Objects.equals(login, how.login())
        && secureEnough(client, how);
  }

  /// By what the server has shown when it was opened, whoever it was opened for.
  private static boolean secureEnough(SmtpClient client, Settings how) {
    return switch (how.tls()) {
      case NEVER, IF_OFFERED -> true;
      case REQUIRED, IMPLICIT -> client.tls() != null;
      case VERIFIED, IMPLICIT_VERIFIED ->
          client.tls() != null
              && (how.proof() == null
                  ? client.tls().verified()
                  : how.proof().judge(client.tls().chain()).good());
    };
  }

  /// Takes one over, or closes it.
  void give(SmtpClient client, Login login) {
    SmtpClient surplus = client;
    synchronized (this) {
      if (!closed && client.usable() && client.sent() < HeldConnection.MESSAGES_MAX) {
        idle.add(new Idle(client, login, ticker.nanos()));
        surplus = idle.size() > MAX ? idle.removeFirst().client : null;
        if (!sweeping) {
          sweeping = true;
          Thread.ofVirtual().name("idle connections").start(this::sweep);
        }
      }
    }
    if (surplus != null) {
      end(surplus);
    }
  }

  /// The one used last of those that serve; null if there is none.
  synchronized SmtpClient take(Endpoint host, Settings how) {
    for (int i = idle.size() - 1; i >= 0; i--) {
      Idle c = idle.get(i);
      if (serves(c.client, c.login, host, how)) {
        idle.remove(i);
        return c.client;
      }
    }
    return null;
  }

  private static void end(SmtpClient client) {
    client.adopt();
    client.close();
  }

  synchronized int count() {
    return idle.size();
  }

  /// Runs while there are any.
  private void sweep() {
    while (true) {
      expired().forEach(c -> end(c.client)); // says QUIT, outside the lock
      synchronized (this) {
        if (idle.isEmpty()) {
          sweeping = false;
          return;
        }
      }
    }
  }

  /// Waits a little, and takes out what is too old then.
  private synchronized List<Idle> expired() {
    try {
      wait(SWEEP_MILLIS);
    } catch (InterruptedException e) {
      // nobody does that
    }
    long now = ticker.nanos();
    List<Idle> old = idle.stream().filter(c -> closed || now - c.since >= KEEP.toNanos()).toList();
    idle.removeAll(old);
    return old;
  }

  /// Says goodbye to all hosts at once, for a moment.
  @Override
  public void close() {
    List<Idle> all;
    synchronized (this) {
      closed = true;
      all = List.copyOf(idle);
      idle.clear();
      notifyAll();
    }
    List<Thread> goodbyes = new ArrayList<>();
    for (Idle c : all) {
      goodbyes.add(Thread.ofVirtual().name("goodbye").start(() -> end(c.client)));
    }
    try {
      for (Thread t : goodbyes) {
        if (!t.join(GOODBYE)) {
          all.forEach(c -> c.client.cut()); // then they end
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
