package org.posthorn.smtp.server;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLSession;
import org.posthorn.net.Connection;
import org.posthorn.net.LineEnd;
import org.posthorn.net.LineTooLongException;
import org.posthorn.net.Ticker;
import org.posthorn.net.sasl.SaslLine;
import org.posthorn.net.sasl.SaslOffer;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.BareNewline;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.CommandLine;
import org.posthorn.smtp.FutureRelease;
import org.posthorn.smtp.Identity;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;
import org.posthorn.smtp.Visit;

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

  private final Connection connection;
  private final SmtpServer server;
  private final long opened;
  private final Discarding discarding;
  private final Excesses excesses = new Excesses();
  private Client client;

  // Null outside a mail transaction.
  private MailTransaction transaction;

  // The transaction whose outcome was sent, until the client is known to have it.
  private MailTransaction unconfirmed;

  // The latest time until which a message may be held, as EHLO told it.
  private Instant holdMax;
  private boolean closing;

  SmtpSession(Connection connection, SmtpServer server) {
    this.connection = connection;
    this.server = server;
    this.opened = server.ticker().nanos();
    this.discarding = new Discarding(connection, config().messageMax() + BodyReception.DRAIN_MAX);
    this.client = stranger();
  }

  private Client stranger() {
    var endpoint =
        new Client.Endpoint(
            connection.remote(),
            connection.local(),
            connection.trusted(),
            config().lmtp(),
            config().relay().contains(connection.remote().getAddress()),
            opened);
    Visit visit = client == null ? Visit.NONE : client.visit();
    return new Client(connection.id(), endpoint, "", false, tls(), null, visit);
  }

  private Client.Tls tls() {
    SSLSession tls = connection.tlsSession().orElse(null);
    return tls == null ? null : new Client.Tls(tls.getProtocol(), tls.getCipherSuite());
  }

  void run() throws IOException {
    try {
      if (admitted()) {
        // RFC 5321 §4.2: the greeting names us, and has no enhanced status code (RFC 2034 §4).
        String protocol = config().lmtp() ? " LMTP" : " ESMTP";
        reply(Reply.plain(220, config().hostname() + protocol + " Posthorn"));
        converse();
      }
      connection.out().flush();
    } finally {
      close();
    }
  }

  /// Whether the client is greeted.
  private boolean admitted() throws IOException {
    Backend.Arrival arrival;
    try {
      arrival = backend().arrived(client);
    } catch (RuntimeException e) {
      Reply fault = ourFault(e);
      arrival = new Backend.Arrival.Refused(Reply.of(421, "4.3.0", fault.lines().getFirst()));
    }
    return switch (arrival) {
      case Backend.Arrival.Welcome w -> {
        client = client.visiting(w.visit());
        yield true;
      }
      case Backend.Arrival.Patience p -> {
        client = client.visiting(p.visit());
        yield new Doorstep(connection, config().hostname()).passed(p);
      }
      case Backend.Arrival.Refused r -> {
        server.counters().sessionsCutShort.increment();
        reply(r.reply());
        yield false;
      }
    };
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
      if (transaction != null && transaction.begun()) {
        breakOff();
      }
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
      breakMessageOff(line);
      complain(r.reply());
    } catch (RuntimeException e) {
      Reply reply = ourFault(e);
      endTransaction();
      reply(reply);
    }
  }

  /// What went wrong among the pieces of a message must not leave it to be completed without: BURL
  /// or BDAT may be in the pipeline already, with LAST.
  private void breakMessageOff(byte[] line) {
    boolean piece = Verb.BDAT.begins(line) || Verb.BURL.begins(line);
    if (transaction != null && (piece || transaction.begun())) {
      breakOff();
    }
  }

  /// RFC 5321 §4.5.4.2: the client tries again; what is wrong is for the log.
  Reply ourFault(RuntimeException e) {
    server.counters().internalErrors.increment();
    LOG.log(ERROR, "smtp-internal-error", e);
    return Reply.of(451, "4.3.0", "Local error, try again later");
  }

  private Command parse(byte[] line) {
    // Until a chunk's octets are read it is unknown where the next command begins.
    closing = Verb.BDAT.begins(line);
    Command command = understood(line);
    closing = false;
    return command;
  }

  private Command understood(byte[] line) {
    if (connection.in().lineEnd() != LineEnd.CRLF && config().bareNewline() == BareNewline.REJECT) {
      // RFC 5321 §2.3.8
      throw new Refused(500, "5.5.2", "A line ends with CRLF, not with LF alone");
    }
    CommandLine command = CommandLine.parse(line);
    Verb verb = Verb.find(command.verb());
    if (verb != Verb.AUTH && verb != Verb.BURL && line.length > COMMAND_LINE_MAX) {
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
      case SENDER -> requireBeforeText();
      case RECIPIENTS -> {
        requireBeforeText();
        requireRecipients();
      }
    }
  }

  private void requireBeforeText() {
    requireTransaction();
    if (transaction.begun()) {
      throw new Refused(503, "5.5.1", "Not between the chunks of a message"); // RFC 3030 §2
    }
  }

  /// There is a transaction with an accepted recipient.
  void requireRecipients() {
    requireTransaction();
    transaction.requireRecipients();
  }

  private void requireTransaction() {
    if (transaction == null) {
      throw new Refused(503, "5.5.1", "MAIL first");
    }
  }

  private void countIdle(Verb verb) {
    boolean useful =
        switch (verb) {
          case RCPT, DATA, BDAT, BURL, QUIT -> true;
          default -> false;
        };
    if (!useful && excesses.idleCommand(authenticated())) {
      throw tooMuch("Too many commands without a message");
    }
  }

  Refused tooMuch(String what) {
    server.counters().sessionsCutShort.increment();
    closing = true;
    return new Refused(421, "4.7.0", config().hostname() + " " + what);
  }

  /// Tells the client what was wrong, and after too much of it, goodbye.
  private void complain(Reply reply) throws IOException {
    if (reply.permanent()) {
      client.visit().erred();
    }
    reply(reply);
    if (closing || !reply.permanent()) {
      return;
    }
    server.counters().badCommands.increment();
    if (excesses.badCommand()) {
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

  Ticker ticker() {
    return server.ticker();
  }

  Instant now() {
    return server.clock().instant();
  }

  /// The latest time until which a message may be held (RFC 4865 §4.2), as told by EHLO.
  Instant holdMax() {
    return holdMax == null ? FutureRelease.latest(now()) : holdMax;
  }

  /// Whether the extension is there for this client now.
  boolean offers(Feature feature) {
    return config().offers(feature)
        && switch (feature) {
          case REQUIRETLS -> client.tls() != null; // RFC 8689 §2
          case BURL -> authenticated() || mayLogIn();
          default -> true;
        };
  }

  /// Written when the client is waited for. UTF-8 is for who has said SMTPUTF8, and for another
  /// address of a recipient only (RFC 6531 §3.7.4).
  void reply(Reply reply) throws IOException {
    boolean moved = reply.code() == 251 || reply.code() == 551;
    boolean utf8 = moved && transaction != null && transaction.utf8();
    closing |= reply.code() == 421; // RFC 5321 §3.8
    connection.out().bytes(utf8 ? reply.utf8() : reply.bytes());
  }

  void replyInUtf8(Reply reply) throws IOException {
    connection.out().bytes(reply.utf8());
  }

  /// @param reply null if the peer is gone
  void replyAndClose(Reply reply) throws IOException {
    if (reply != null) {
      reply(reply);
    }
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

  /// Whether the command exists here: some only where configured.
  boolean knows(Verb verb) {
    return switch (verb) {
      case BDAT -> offers(Feature.CHUNKING);
      case BURL -> config().offers(Feature.BURL);
      case ETRN -> offers(Feature.ETRN);
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

  // EHLO, STARTTLS, AUTH.

  void greeted(String name, boolean extended) {
    endTransaction(); // RFC 5321 §4.1.4
    client = client.greeted(name, extended);
    holdMax = FutureRelease.latest(now());
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
    if (excesses.failedLogin()) {
      reply(tooMuch("Too many failed logins").reply());
    }
  }

  /// RFC 6409 §4.3, RFC 4954 §6.
  void requireLogin() {
    if (config().kind() == SmtpConfig.Kind.SUBMISSION && !client.submits()) {
      throw passwordsAreSafe()
          ? new Refused(530, "5.7.0", "Log in first")
          : new Refused(530, "5.7.0", "STARTTLS and log in first");
    }
  }

  // The mail transaction.

  /// Counts MAIL; too many end the session (RFC 9422, MAILMAX).
  void countMail() {
    if (excesses.mail(config().mailsMax())) {
      throw tooMuch("Too many messages in one session");
    }
  }

  void begin(Backend.Transaction opened, Sender sender, Reply welcome) throws IOException {
    transaction = new MailTransaction(this, opened, sender);
    discarding.reset();
    reply(welcome);
  }

  /// Null outside one.
  MailTransaction transaction() {
    return transaction;
  }

  /// A recipient was refused for ever. A stranger with too many of them is trying names.
  void countUnknownRecipient() throws IOException {
    boolean guessing = !authenticated() && !config().lmtp();
    if (guessing && excesses.refusedRecipient()) {
      reply(tooMuch("Too many unknown recipients").reply());
    }
  }

  /// Reading of a message.
  interface Reading {
    /// False if the stream ended within.
    boolean read() throws IOException;
  }

  /// Reads of the message. False if it did not come to its end.
  boolean receive(BodyReception text, Reading reading) throws IOException {
    long before = text.size();
    try {
      return reading.read();
    } catch (RuntimeException e) {
      closing = true; // or the rest of the message would be taken for commands
      throw e;
    } finally {
      counters().messageOctets.add(text.size() - before);
    }
  }

  /// Reads over the octets of a chunk that is refused. The session ends where that fails.
  void drop(long octets) throws IOException {
    closing = !discarding.read(octets);
  }

  Discarding discarding() {
    return discarding;
  }

  /// The message is here: has it delivered, and tells.
  void deliver() throws IOException {
    List<Reply> replies = transaction.finish();
    unconfirmed = transaction;
    transaction = null;
    excesses.message();
    for (Reply reply : replies) {
      replyToMessage(reply);
    }
  }

  /// The message is here, and is not taken.
  void refuseMessage(Reply reply) throws IOException {
    List<Reply> replies = transaction.refused(reply);
    breakOff();
    for (Reply each : replies) {
      replyToMessage(each);
    }
  }

  /// Ends the transaction because something of its message failed.
  void breakOff() {
    endTransaction();
    discarding.messageFailed();
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
    client.visit().close();
  }
}
