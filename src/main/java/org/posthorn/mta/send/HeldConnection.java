package org.posthorn.mta.send;

import java.time.Duration;
import java.util.Objects;
import org.posthorn.net.Dialer;
import org.posthorn.smtp.client.Endpoint;
import org.posthorn.smtp.client.Login;
import org.posthorn.smtp.client.Opening;
import org.posthorn.smtp.client.Settings;
import org.posthorn.smtp.client.SmtpClient;
import org.posthorn.smtp.client.TlsUse;

/// The one connection that an errand has, kept from one message to the next. One thread.
final class HeldConnection implements AutoCloseable {
  /// Messages over one connection; then a new one, which may lead to another host of the same name.
  static final int MESSAGES_MAX = 100;

  /// Servers close sooner or later what does nothing.
  static final Duration IDLE_MAX = Duration.ofSeconds(30);

  private final Dialer dialer;
  private SmtpClient client; // null: none
  private Login login; // with which it was opened
  private long idleSince;

  HeldConnection(Dialer dialer) {
    this.dialer = dialer;
  }

  /// Null if there is none.
  SmtpClient client() {
    return client;
  }

  /// Whether it leads there and may be used once more for that.
  boolean serves(Endpoint host, TlsUse tls, Login as) {
    return client != null
        && client.usable()
        && client.sent() < MESSAGES_MAX
        && dialer.ticker().nanos() - idleSince < IDLE_MAX.toNanos()
        && client.endpoint().equals(host)
        && Objects.equals(login, as)
        && secureEnough(tls);
  }

  private boolean secureEnough(TlsUse tls) {
    return switch (tls) {
      case NEVER, IF_OFFERED -> true;
      case REQUIRED, IMPLICIT -> client.tls() != null;
      case VERIFIED, IMPLICIT_VERIFIED -> client.tls() != null && client.tls().verified();
    };
  }

  /// Opens another one instead.
  Opening open(Endpoint host, Settings how) {
    close();
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

  @Override
  public void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }
}
