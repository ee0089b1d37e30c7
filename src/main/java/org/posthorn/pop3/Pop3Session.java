package org.posthorn.pop3;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.function.IntFunction;
import org.posthorn.directory.Login;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.Connection;
import org.posthorn.net.LineTooLongException;
import org.posthorn.net.Output;
import org.posthorn.net.sasl.Judge;
import org.posthorn.net.sasl.SaslLine;
import org.posthorn.net.sasl.SaslOffer;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.FlagChange;
import org.posthorn.store.Flags;
import org.posthorn.store.Refused;
import org.posthorn.store.StoreUnavailable;
import org.posthorn.store.UidSet;

/// One connection, from greeting to goodbye, on its own thread.
///
/// Life (RFC 1939 §3): AUTHORIZATION from the greeting to a login; TRANSACTION from there, with the
/// drop fixed and claimed; UPDATE within QUIT. A session that ends without QUIT removes nothing.
/// [#execute] is the one place where what went wrong becomes a reply.
final class Pop3Session {
  private static final System.Logger LOG = System.getLogger("posthorn.pop3");

  /// RFC 2449 §4 allows 255 octets; names and passwords may be longer here.
  private static final int COMMAND_LINE_MAX = 2048;

  /// AUTH with an initial response.
  private static final int AUTH_LINE_MAX = SaslLine.LINE_MAX + 64;

  /// Commands answered with -ERR, before login and after it.
  private static final int BAD_COMMANDS_MAX_BEFORE_LOGIN = 10;

  private static final int BAD_COMMANDS_MAX = 100;

  private static final int FAILED_LOGINS_MAX = 3;

  /// Lines of a listing between two signs that the client takes them.
  private static final int LINES_PER_SIGN = 1024;

  private final Connection connection;
  private final Pop3Server server;

  // What USER said, until PASS.
  private String user;

  // All three null before login. The claim is given back within QUIT.
  private Account account;
  private Maildrop drop;
  private Claims.Claim claim;

  // What the session did.
  private int retrieved;
  private long octetsRetrieved;
  private long removed;
  private int badCommands;
  private int failedLogins;
  private boolean ending;

  Pop3Session(Connection connection, Pop3Server server) {
    this.connection = connection;
    this.server = server;
  }

  void run() throws IOException {
    try {
      // RFC 1939 §4. No timestamp: APOP needs passwords kept in clear.
      reply("+OK " + server.config().hostname() + " POP3 server ready");
      connection.timeout(server.config().idleTimeout());
      connection.deadline(server.config().loginTimeout());
      converse();
      connection.out().flush();
    } finally {
      close();
    }
  }

  private void converse() throws IOException {
    try {
      while (!ending) {
        if (loggedIn()) {
          connection.deadline(server.config().idleTimeout());
        }
        if (!connection.awaitCommand() || !readCommand()) {
          return;
        }
      }
    } catch (SocketTimeoutException e) {
      // RFC 1939 §3: closed without a response, nothing removed
      server.counters().sessionsCutShort.increment();
      LOG.log(INFO, "pop3-timeout account={0}", account == null ? null : account.id());
    }
  }

  /// One line and what it causes. False if the peer is gone.
  private boolean readCommand() throws IOException {
    byte[] line;
    try {
      line = connection.in().readLine(AUTH_LINE_MAX);
    } catch (LineTooLongException e) {
      alive();
      complain(Refusal.of("line too long"));
      return true;
    }
    if (line == null) {
      return false;
    }
    alive();
    server.counters().commands.increment();
    execute(line);
    return true;
  }

  /// The one place where errors become replies.
  private void execute(byte[] line) throws IOException {
    try {
      parse(line).run(this);
    } catch (Refusal e) {
      complain(e);
    } catch (StoreUnavailable e) {
      LOG.log(WARNING, "pop3-unavailable error={0}", e.getMessage());
      complain(Refusal.temporary("not possible now, try again later"));
    } catch (RuntimeException e) {
      server.counters().internalErrors.increment();
      LOG.log(ERROR, "pop3-internal-error", e);
      complain(Refusal.temporary("internal error"));
    }
  }

  private Command parse(byte[] line) {
    Verb verb = Verb.find(line);
    if (verb != Verb.AUTH && line.length > COMMAND_LINE_MAX) {
      throw Refusal.of("line too long");
    }
    if (verb == null) {
      throw Refusal.of("unknown command"); // RFC 1939 §3
    }
    for (byte b : line) {
      if (b >= 0 && b < ' ' || b == 0x7f) {
        throw Refusal.of("control character in command");
      }
    }
    if (verb.phase == Verb.Phase.TRANSACTION && !loggedIn()) {
      throw Refusal.of("log in first");
    }
    if (verb.phase == Verb.Phase.AUTHORIZATION && loggedIn()) {
      throw Refusal.of("logged in already");
    }
    return verb.parse(line);
  }

  /// Tells the client what was wrong, and after too much of it ends the session.
  private void complain(Refusal refusal) throws IOException {
    server.counters().refused.increment();
    reply(refusal.line());
    if (++badCommands > (loggedIn() ? BAD_COMMANDS_MAX : BAD_COMMANDS_MAX_BEFORE_LOGIN)) {
      cutShort("too many errors");
    }
  }

  private void cutShort(String why) throws IOException {
    if (!ending) {
      server.counters().sessionsCutShort.increment();
      LOG.log(INFO, "pop3-cut-short reason={0}", why);
      ending = true;
    }
  }

  private void close() {
    if (!loggedIn()) {
      return;
    }
    try {
      markSeen();
    } finally {
      releaseDrop();
      LOG.log(
          INFO,
          "pop3-end account={0} retrieved={1} octets={2} removed={3}",
          account.id(),
          retrieved,
          octetsRetrieved,
          removed);
    }
  }

  /// What was retrieved has been read. One commit for all; a session that ends without QUIT has
  /// read them just as well. Not worth an error if it fails.
  void markSeen() {
    UidSet seen = drop.takeSeenUids();
    if (seen.isEmpty()) {
      return;
    }
    try {
      var add = new FlagChange(FlagChange.Op.ADD, Flags.of(Flags.SEEN));
      account.store(drop.mailbox(), seen, add, Long.MAX_VALUE);
    } catch (Refused | StoreUnavailable e) {
      LOG.log(WARNING, "pop3-seen-failed account={0} error={1}", account.id(), e.getMessage());
    }
  }

  // What commands use.

  Pop3Server server() {
    return server;
  }

  Counters counters() {
    return server.counters();
  }

  Connection connection() {
    return connection;
  }

  /// A line, written when the client is waited for.
  void reply(String line) throws IOException {
    Output out = connection.out();
    out.ascii(line);
    out.ascii("\r\n");
  }

  /// One line for each message that is there, its number and what `column` says, and the end.
  void listing(IntFunction<Object> column) throws IOException {
    Output out = connection.out();
    for (int m = 1; m <= drop.count(); m++) {
      if (drop.has(m)) {
        out.ascii(m + " " + column.apply(m) + "\r\n");
      }
      if (m % LINES_PER_SIGN == 0) {
        alive();
      }
    }
    out.ascii(".\r\n");
  }

  /// The session ends with the reply to this command.
  void end() {
    ending = true;
  }

  // Before login.

  void user(String name) {
    user = name;
  }

  /// Null if USER was not said just before.
  String user() {
    return user;
  }

  boolean passwordsAreSafe() {
    return connection.secure()
        || switch (server.config().cleartext()) {
          case REFUSED -> false;
          case LOOPBACK -> connection.remote().getAddress().isLoopbackAddress();
          case ALLOWED -> true;
        };
  }

  void requireSafePassword() {
    if (!passwordsAreSafe()) {
      throw Refusal.of("STLS first"); // RFC 8314 §3
    }
  }

  void startTls() throws IOException {
    user = null;
    badCommands = 0;
    connection.startTls();
  }

  /// The mechanisms there are, where passwords are safe.
  SaslOffer offer() {
    return server.directory().offer(connection.tlsChannel().orElse(null));
  }

  Judge<Login> judge() {
    return server.directory().judge(connection.remote().getAddress());
  }

  void login(String name, String password) throws IOException {
    enter(name, server.directory().login(name, password, connection.remote().getAddress()));
  }

  /// Lets in who was judged well; else the reply says why not.
  void enter(String name, Login login) throws IOException {
    switch (login) {
      case Login.Ok ok -> enter(ok.account(), ok.address());
      case Login.Refused r -> {
        // RFC 3206 §4; the same for an unknown user and a wrong password
        loginFailed(name, "refused");
        throw Refusal.auth("wrong user name or password");
      }
      case Login.OtherIdentity o -> {
        loginFailed(name, "other-identity");
        throw Refusal.auth("nobody acts for another here");
      }
      case Login.InsufficientScope i -> {
        loginFailed(name, "scope");
        throw Refusal.auth("the token is not for mail");
      }
      case Login.TooMany t -> {
        loginFailed(name, "too-many");
        throw Refusal.temporary(
            "too many failed logins, try again in "
                + t.retryAfter().plusMillis(999).toSeconds()
                + " s");
      }
      case Login.Unavailable u -> throw Refusal.temporary("login is not possible now");
    }
  }

  /// The client and we do not see the same channel or offer (RFC 5802 §6).
  Refusal refuseBinding() throws IOException {
    loginFailed("", "channel-binding");
    return Refusal.auth("channel binding does not fit");
  }

  private void loginFailed(String name, String reason) throws IOException {
    counters().loginsRefused.increment();
    LOG.log(WARNING, "auth-fail proto=pop3 user={0} reason={1}", name, reason);
    if (++failedLogins >= FAILED_LOGINS_MAX) {
      cutShort("failed logins");
    }
  }

  private void enter(AccountId id, EmailAddress address) throws IOException {
    Account entered = server.store().account(id);
    if (entered == null) {
      throw Refusal.temporary("login is not possible now");
    }
    Claims.Claim claimed = server.claims().claim(id, connection::close);
    if (claimed == null) {
      counters().inUse.increment();
      throw Refusal.inUse();
    }
    try {
      drop = Maildrop.of(entered);
    } finally {
      if (drop == null) {
        claimed.close();
      }
    }
    account = entered;
    claim = claimed;
    badCommands = 0;
    counters().loginsAccepted.increment();
    LOG.log(
        INFO,
        "pop3-login user={0} account={1} messages={2} tls={3}",
        address,
        id,
        drop.count(),
        connection.secure());
    reply("+OK " + address + "'s maildrop has " + drop);
  }

  // After login.

  boolean loggedIn() {
    return account != null;
  }

  Account account() {
    return account;
  }

  Maildrop drop() {
    return drop;
  }

  /// The client said or took something.
  void alive() {
    if (claim != null) {
      claim.touch();
    }
  }

  void retrieved(int message) {
    int size = drop.size(message);
    drop.retrieved(message);
    retrieved++;
    octetsRetrieved += size;
    counters().messagesRetrieved.increment();
    counters().octetsRetrieved.add(size);
  }

  void removed(long count) {
    removed += count;
    counters().messagesRemoved.add(count);
  }

  /// Whether no other session took the drop over.
  boolean holdsDrop() {
    return claim.valid();
  }

  void releaseDrop() {
    claim.close();
  }
}
