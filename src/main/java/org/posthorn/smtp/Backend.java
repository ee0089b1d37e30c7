package org.posthorn.smtp;

import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.TlsChannel;
import org.posthorn.net.sasl.Claim;
import org.posthorn.net.sasl.Judgement;
import org.posthorn.net.sasl.SaslOffer;
import org.posthorn.net.sasl.ScramHash;
import org.posthorn.net.sasl.ScramSecret;

/// What stands behind the language: the server asks, a backend decides. Every method may block, is
/// called on the thread of a connection, and answers with values; an unchecked exception is our own
/// fault, logged, and told as 451.
///
/// Backends are used by many connections at once.
public interface Backend {
  /// A connection is there, and is not greeted yet.
  default Arrival arrived(Client client) {
    return new Arrival.Welcome(Visit.NONE);
  }

  /// How a client may log in.
  ///
  /// @param tls of its connection, null in clear
  SaslOffer offer(TlsChannel tls);

  /// What SCRAM needs to know of a name; something that looks alike for one that nobody has.
  ScramSecret secret(ScramHash hash, String name);

  /// Checks what AUTH brought.
  Login authenticate(Client client, Claim claim);

  /// MAIL: begins a mail transaction or refuses it.
  Start start(Client client, Sender sender);

  /// VRFY by an authenticated client (RFC 5321 §3.5).
  Reply verify(Client client, EmailAddress address);

  /// EXPN by an authenticated client.
  Reply expand(Client client, EmailAddress address);

  /// BURL by an authenticated client (RFC 4468): what the URL means.
  Fetched fetch(Client client, String url);

  /// ETRN by anybody: mail that waits for a domain is tried now. One of the replies of RFC 1985
  /// §5.1; 459 for a domain that none waits for here.
  ///
  /// @param domain A-labels in lower case
  Reply startQueue(Client client, String domain);

  /// How a connection is met. Who is not refused has its visit closed at the end.
  sealed interface Arrival {
    /// It is greeted at once.
    record Welcome(Visit visit) implements Arrival {}

    /// It is greeted when it has been silent, which [Visit#spokeEarly] is told of otherwise. Under
    /// TLS from the first octet, nobody is asked to be silent.
    ///
    /// @param silence how long; zero looks only for what has come already
    record Patience(Visit visit, Duration silence) implements Arrival {}

    /// 554 or 421 instead of a greeting (RFC 5321 §3.1).
    record Refused(Reply reply) implements Arrival {}
  }

  sealed interface Fetched {
    /// @param octets for the server to read once and to close
    /// @param size how many there are
    record Content(InputStream octets, long size) implements Fetched {}

    record Refused(Reply reply) implements Fetched {}
  }

  sealed interface Login extends Judgement {
    record Ok(Identity identity) implements Login {}

    /// Wrong name or password, or not allowed to act for another: never said which.
    record Refused() implements Login {}

    record TooMany(Duration retryAfter) implements Login {}

    record Unavailable() implements Login {}

    /// The token is good, and not for sending mail.
    record InsufficientScope() implements Login {}

    @Override
    default Verdict verdict() {
      return switch (this) {
        case Ok _ -> Verdict.ACCEPTED;
        case Refused _ -> Verdict.REFUSED;
        case InsufficientScope _ -> Verdict.INSUFFICIENT_SCOPE;
        case TooMany _, Unavailable _ -> Verdict.UNDECIDED;
      };
    }
  }

  sealed interface Start {
    record Opened(Transaction transaction) implements Start {}

    record Refused(Reply reply) implements Start {}
  }

  /// One mail transaction. Life cycle, enforced by the server:
  /// 1. [#recipient] any number of times;
  /// 2. if at least one was accepted, [#begin], then [#write] any number of times;
  /// 3. [#finish] at most once, which delivers, durably, before it returns;
  /// 4. after a [#finish] the client's next command is [#confirmed] if it comes;
  /// 5. [#close], always. Without [#finish] nothing of the message is left.
  interface Transaction extends AutoCloseable {
    /// A reply of 250 accepts the recipient.
    Reply recipient(Recipient to);

    /// A reply that is not positive refuses the message before it is sent.
    Reply begin();

    /// A slice of the message, dot-stuffing undone; the buffer is the caller's again on return. A
    /// failure is kept for [#finish] to tell: the client cannot hear it now.
    void write(byte[] b, int off, int len);

    /// One reply for each accepted recipient, in their order.
    List<Reply> finish();

    /// The client has heard the outcome of [#finish].
    void confirmed();

    @Override
    void close();
  }
}
