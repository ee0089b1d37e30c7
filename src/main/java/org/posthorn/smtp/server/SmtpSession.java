package org.posthorn.smtp.server;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.posthorn.net.Connection;
import org.posthorn.net.LineEnd;
import org.posthorn.net.LineTooLongException;
import org.posthorn.net.sasl.SaslLine;
import org.posthorn.net.sasl.SaslOffer;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.BareNewline;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.CommandLine;
import org.posthorn.smtp.Identity;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.Reply;

/// One connection, from greeting to goodbye, on its own thread.
///
/// Life cycle of what it knows: the client's name from EHLO (again: a new one), TLS and identity
/// for the rest of the connection, a mail transaction from MAIL to the reply to DATA, RSET, EHLO or
/// the end. [#execute] is the one place where what went wrong becomes a reply.
final class SmtpSession {
  private static final System.Logger LOG = System.getLogger("posthorn.smtp");

  /// RFC 5321 §4.5.3.2.7. Also the limit for a whole line, however it trickles in.
  private static final Duration COMMAND_TIMEOUT = Duration.ofMinutes(5);

  /// RFC 4954 §4 for what follows AUTH.
  static final int AUTH_LINE_MAX = SaslLine.LINE_MAX;

  /// AUTH with an initial response as long as that; other commands have less.
  private static final int LINE_MAX = AUTH_LINE_MAX + 64;

  /// RFC 5321 §4.5.3.1.4 asks for 512, its extensions for some 1,000.
  private static final int COMMAND_LINE_MAX = 2048;

  /// Commands that make no sense, in one session.
  private static final int BAD_COMMANDS_MAX = 20;

  /// Recipients refused for ever in one session with a stranger: lists have dead members, but who
  /// has so many is trying names.
  private static final int REFUSED_RECIPIENTS_MAX = 100;

  /// RCPT commands beyond the limit of a transaction, each answered 452 (RFC 5321 §4.5.3.1.10),
  /// before it is too much.
  private static final int EXCESS_RECIPIENTS_MAX = 10_000;

  /// Commands since the last message that did nothing for a message: of strangers, and of who is
  /// logged in.
  private static final int IDLE_COMMANDS_MAX = 200;

  private static final int IDLE_COMMANDS_KNOWN_MAX = 10_000;

  private static final int FAILED_LOGINS_MAX = 3;

  private final Connection connection;
  private final SmtpServer server;
  private final long opened;
  private Client client;

  // Null outside a mail transaction.
  private Backend.Transaction transaction;
  private int acceptedRecipients;
  private int refusedInTransaction;
  private int excessRecipients;

  // The transaction whose outcome was sent, until the client is known to have it.
  private Backend.Transaction unconfirmed;
  private int badCommands;
  private int refusedRecipients;
  private int idleCommands;
  private int failedLogins;
  private boolean closing;

  SmtpSession(Connection connection, SmtpServer server) {
    this.connection = connection;
    this.server = server;
    this.opened = server.ticker().nanos();
    this.client = stranger();
  }

  private Client stranger() {
    var endpoint =
        new Client.Endpoint(
            connection.remote(),
            connection.local(),
            connection.trusted(),
            server.config().lmtp(),
            opened);
    return new Client(connection.id(), endpoint, "", false, tls(), null);
  }

  private Client.Tls tls() {
    SSLSession tls = connection.tlsSession().orElse(null);
    return tls == null ? null : new Client.Tls(tls.getProtocol(), tls.getCipherSuite());
  }

  void run() throws IOException {
    try {
      // RFC 5321 §4.2: the greeting names us, and has no enhanced status code (RFC 2034 §4).
      String protocol = config().lmtp() ? " LMTP" : " ESMTP";
      reply(Reply.plain(220, config().hostname() + protocol + " Posthorn"));
      converse();
      connection.out().flush();
    } finally {
      close();
    }
  }

  private void converse() throws IOException {
    try {
      while (!closing) {
        connection.timeout(COMMAND_TIMEOUT);
        connection.deadline(COMMAND_TIMEOUT);
        if (!connection.awaitCommand()) {
          if (connection.draining()) {
            bye("4.3.2", "shutting down, try again");
          }
          return;
        }
        if (!readCommand()) {
          return;
        }
      }
    } catch (SocketTimeoutException e) {
      bye("4.4.2", "waited too long, closing");
    }
  }

  /// One line and what it causes. False if the peer is gone.
  private boolean readCommand() throws IOException {
    byte[] line;
    try {
      line = connection.in().readLine(LINE_MAX);
    } catch (LineTooLongException e) {
      confirm();
      complain(Reply.of(500, "5.5.2", "Line too long"));
      return true;
    }
    if (line == null) {
      return false;
    }
    confirm();
    server.counters().commands.increment();
    execute(line);
    return true;
  }

  /// The one place where errors become replies.
  private void execute(byte[] line) throws IOException {
    try {
      Command command = parse(line);
      command.run(this);
    } catch (Refused r) {
      complain(r.reply());
    } catch (RuntimeException e) {
      Reply reply = ourFault(e);
      endTransaction();
      reply(reply);
    }
  }

  /// RFC 5321 §4.5.4.2: the client tries again; what is wrong is for the log.
  private Reply ourFault(RuntimeException e) {
    server.counters().internalErrors.increment();
    LOG.log(ERROR, "smtp-internal-error", e);
    return Reply.of(451, "4.3.0", "Local error, try again later");
  }

  private Command parse(byte[] line) {
    if (connection.in().lineEnd() != LineEnd.CRLF && config().bareNewline() == BareNewline.REJECT) {
      // RFC 5321 §2.3.8
      throw new Refused(500, "5.5.2", "A line ends with CRLF, not with LF alone");
    }
    CommandLine command = CommandLine.parse(line);
    Verb verb = Verb.find(command.verb());
    if (verb != Verb.AUTH && line.length > COMMAND_LINE_MAX) {
      throw new Refused(500, "5.5.2", "Line too long");
    }
    if (verb == null) {
      throw unknown(command.verb());
    }
    if (!verb.spoken(config().lmtp())) {
      // RFC 2033 §4.1
      throw new Refused(500, "5.5.1", config().lmtp() ? "This is LMTP, say LHLO" : "This is SMTP");
    }
    if (!knows(verb)) {
      throw new Refused(502, "5.5.1", verb + " is not offered here");
    }
    countIdle(verb);
    Command parsed = verb.parse(command.argument());
    requirePhase(verb.phase);
    return parsed;
  }

  private Refused unknown(String verb) {
    // A browser made to talk to us: what follows is somebody else's text, not commands.
    if (client.hello().isEmpty() && (verb.equals("GET") || verb.equals("POST"))) {
      closing = true;
    }
    return new Refused(500, "5.5.1", "Command not known");
  }

  private void requirePhase(Verb.Phase phase) {
    switch (phase) {
      case ANY -> {}
      case GREETED -> {
        if (client.hello().isEmpty()) {
          throw new Refused(503, "5.5.1", "Say " + (config().lmtp() ? "LHLO" : "EHLO") + " first");
        }
        if (transaction != null) {
          throw new Refused(503, "5.5.1", "Not within a mail transaction");
        }
      }
      case SENDER -> requireTransaction();
      case RECIPIENTS -> {
        requireTransaction();
        if (acceptedRecipients == 0) {
          // RFC 5321 §3.3
          throw refusedInTransaction == 0
              ? new Refused(503, "5.5.1", "RCPT first")
              : new Refused(554, "5.5.1", "No valid recipients");
        }
      }
    }
  }

  private void requireTransaction() {
    if (transaction == null) {
      throw new Refused(503, "5.5.1", "MAIL first");
    }
  }

  private void countIdle(Verb verb) {
    boolean useful = verb == Verb.RCPT || verb == Verb.DATA || verb == Verb.QUIT;
    int max = authenticated() ? IDLE_COMMANDS_KNOWN_MAX : IDLE_COMMANDS_MAX;
    if (!useful && ++idleCommands > max) {
      throw tooMuch("Too many commands without a message");
    }
  }

  private Refused tooMuch(String what) {
    server.counters().sessionsCutShort.increment();
    closing = true;
    return new Refused(421, "4.7.0", config().hostname() + " " + what);
  }

  /// Tells the client what was wrong, and after too much of it, goodbye.
  private void complain(Reply reply) throws IOException {
    reply(reply);
    if (closing || !reply.permanent()) {
      return;
    }
    server.counters().badCommands.increment();
    if (++badCommands > BAD_COMMANDS_MAX) {
      reply(tooMuch("Too many errors").reply());
    }
  }

  private void bye(String enhanced, String why) throws IOException {
    reply(Reply.of(421, enhanced, config().hostname() + " " + why));
    connection.out().flush();
  }

  // What commands use.

  SmtpConfig config() {
    return server.config();
  }

  Backend backend() {
    return server.backend();
  }

  Client client() {
    return client;
  }

  Counters counters() {
    return server.counters();
  }

  Connection connection() {
    return connection;
  }

  /// Written when the client is waited for.
  void reply(Reply reply) throws IOException {
    connection.out().bytes(reply.bytes());
  }

  void replyAndClose(Reply reply) throws IOException {
    reply(reply);
    closing = true;
  }

  void replyToMessage(Reply reply) throws IOException {
    if (reply.positive()) {
      counters().messagesAccepted.increment();
    } else if (reply.permanent()) {
      counters().messagesRefused.increment();
    } else {
      counters().messagesDeferred.increment();
    }
    if (!reply.positive()) {
      LOG.log(INFO, "smtp-message-refused reply={0}", reply);
    }
    reply(reply);
  }

  /// Whether the command exists here: AUTH and STARTTLS only where configured.
  boolean knows(Verb verb) {
    return switch (verb) {
      case AUTH -> config().authentication() != SmtpConfig.Authentication.OFF;
      case STARTTLS -> client.tls() != null || connection.canStartTls();
      default -> verb.spoken(config().lmtp());
    };
  }

  static void requireNoArgument(String verb, String argument) {
    if (!argument.isEmpty()) {
      throw new Refused(501, "5.5.4", verb + " takes no argument");
    }
  }

  static Reply tooBig(SmtpConfig config) {
    // RFC 1870 §6.1
    return Reply.of(552, "5.3.4", "Message larger than " + config.messageMax() + " octets");
  }

  // EHLO, STARTTLS, AUTH.

  void greeted(String name, boolean extended) {
    endTransaction(); // RFC 5321 §4.1.4
    client = client.greeted(name, extended);
  }

  boolean mayStartTls() {
    return connection.canStartTls();
  }

  void startTls() throws IOException {
    endTransaction();
    connection.startTls();
    client = stranger();
  }

  boolean authenticated() {
    return client.authenticated();
  }

  /// AUTH is offered: configured, not done, and the password would not cross a network in clear.
  boolean mayLogIn() {
    return !authenticated() && passwordsAreSafe();
  }

  /// The mechanisms there are, where passwords are safe.
  SaslOffer offer() {
    // workaround: mutt 2.2.12 with GNU SASL 2.2 (Debian 12, Ubuntu 24.04) takes SCRAM-SHA-256-PLUS
    // where it sees it, has no channel binding to give, and does not send (seen in July 2025).
    return backend().offer(connection.tlsChannel().orElse(null)).unbound();
  }

  boolean passwordsAreSafe() {
    return switch (config().authentication()) {
      case OFF -> false;
      case TLS -> client.tls() != null;
      case TLS_OR_LOOPBACK ->
          client.tls() != null || connection.remote().getAddress().isLoopbackAddress();
      case CLEARTEXT -> true;
    };
  }

  void loggedIn(Identity identity) {
    client = client.loggedIn(identity);
    counters().loginsAccepted.increment();
    LOG.log(INFO, "smtp-login account={0}", identity.name());
  }

  /// Counts a failed login; too many end the session.
  void loginFailed(String name, Reply reply) throws IOException {
    counters().loginsRefused.increment();
    LOG.log(INFO, "smtp-login-refused name={0} reply={1}", name, reply.code());
    reply(reply);
    if (++failedLogins >= FAILED_LOGINS_MAX) {
      reply(tooMuch("Too many failed logins").reply());
    }
  }

  /// RFC 6409 §4.3, RFC 4954 §6.
  void requireLogin() {
    if (config().kind() == SmtpConfig.Kind.SUBMISSION && !authenticated()) {
      throw passwordsAreSafe()
          ? new Refused(530, "5.7.0", "Log in first")
          : new Refused(530, "5.7.0", "STARTTLS and log in first");
    }
  }

  // The mail transaction.

  void begin(Backend.Transaction opened) throws IOException {
    transaction = opened;
    acceptedRecipients = 0;
    refusedInTransaction = 0;
    excessRecipients = 0;
    reply(Reply.of(250, "2.1.0", "Sender ok"));
  }

  Backend.Transaction transaction() {
    return transaction;
  }

  int acceptedRecipients() {
    return acceptedRecipients;
  }

  void addRecipient(Recipient recipient) throws IOException {
    if (acceptedRecipients >= config().recipientsMax()) {
      if (++excessRecipients > EXCESS_RECIPIENTS_MAX) {
        throw tooMuch("Too many recipients");
      }
      reply(Reply.of(452, "4.5.3", "Too many recipients"));
      return;
    }
    Reply outcome = transaction.recipient(recipient);
    reply(outcome);
    if (outcome.positive()) {
      acceptedRecipients++;
      counters().recipientsAccepted.increment();
      return;
    }
    refusedInTransaction++;
    counters().recipientsRefused.increment();
    LOG.log(INFO, "smtp-recipient-refused to={0} reply={1}", recipient.path(), outcome);
    boolean guessing = !authenticated() && !config().lmtp() && outcome.permanent();
    if (guessing && ++refusedRecipients > REFUSED_RECIPIENTS_MAX) {
      reply(tooMuch("Too many unknown recipients").reply());
    }
  }

  /// Reads the message. If it did not end, the session does.
  BodyReception receive(Backend.Transaction into) throws IOException {
    var body = new BodyReception(connection, config(), server.ticker(), into);
    try {
      body.read();
    } catch (RuntimeException e) {
      closing = true; // or the rest of the message would be taken for commands
      throw e;
    } finally {
      counters().messageOctets.add(body.size());
    }
    if (!body.ended()) {
      closing = true;
      endTransaction();
      if (body.overflowed()) {
        reply(tooBig(config()));
      }
    }
    return body;
  }

  /// Has the message delivered. One outcome for each accepted recipient, whatever happens: an LMTP
  /// client counts them.
  List<Reply> finish() {
    List<Reply> outcomes;
    try {
      outcomes = transaction.finish();
      if (outcomes.size() != acceptedRecipients) {
        throw new IllegalStateException(
            outcomes.size() + " outcomes for " + acceptedRecipients + " recipients");
      }
    } catch (RuntimeException e) {
      outcomes = Collections.nCopies(acceptedRecipients, ourFault(e));
    }
    unconfirmed = transaction;
    transaction = null;
    idleCommands = 0;
    return outcomes;
  }

  /// A line came, so the client has our answer to the message before.
  private void confirm() {
    if (unconfirmed != null) {
      unconfirmed.confirmed();
      unconfirmed.close();
      unconfirmed = null;
    }
  }

  void endTransaction() {
    if (transaction != null) {
      transaction.close();
      transaction = null;
    }
  }

  private void close() {
    endTransaction();
    if (unconfirmed != null) {
      unconfirmed.close();
      unconfirmed = null;
    }
  }
}
