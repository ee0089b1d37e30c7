package org.posthorn.mta.send;

import java.time.Duration;
import org.posthorn.net.Dialer;
import org.posthorn.smtp.client.Endpoint;
import org.posthorn.smtp.client.Login;
import org.posthorn.smtp.client.Opening;
import org.posthorn.smtp.client.Settings;
import org.posthorn.smtp.client.SmtpClient;

/// The one connection that an errand has, kept from one message to the next. One thread.
final class HeldConnection implements AutoCloseable {
  /// Messages over one connection; then a new one, which may lead to another host of the same name.
  static final int MESSAGES_MAX = 100;

  /// Servers close sooner or later what does nothing.
  static final Duration IDLE_MAX = Duration.ofSeconds(30);

  private final Dialer dialer;
  private final IdleConnections idle;
  private SmtpClient client; // null: none
  private Login login; // with which it was opened
  private long idleSince;

  HeldConnection(Dialer dialer, IdleConnections idle) {
    this.dialer = dialer;
    this.idle = idle;
  }

  /// Null if there is none.
  SmtpClient client() {
    return client;
  }

  /// Whether it leads there and may be used once more for that; if not, one is looked for that
  /// others have left.
  boolean serves(Endpoint host, Settings how) {
    if (client != null
        && dialer.ticker().nanos() - idleSince < IDLE_MAX.toNanos()
        && IdleConnections.serves(client, login, host, how)) {
      return true;
    }
    SmtpClient other = idle.take(host, how);
    if (other == null) {
      return false;
    }
    release();
    client = other;
    client.adopt();
    login = how.login();
    used();
    return true;
  }

  /// Opens another one instead.
  Opening open(Endpoint host, Settings how) {
    release();
    Opening opening = SmtpClient.open(dialer, host, how);
    if (opening instanceof Opening.Ready r) {
      client = r.client();
      login = how.login();
      used();
    }
    return opening;
  }

  /// It has just been used.
  void used() {
    idleSince = dialer.ticker().nanos();
  }

  /// Leaves it to others, if it is good for anything.
  void release() {
    if (client != null) {
      idle.give(client, login);
      client = null;
    }
  }

  /// Ends it.
  @Override
  public void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }
}
