package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.directory.Directory;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.directory.HashCost;
import org.posthorn.directory.PasswordRules;
import org.posthorn.net.Limits;
import org.posthorn.net.LineClient;
import org.posthorn.net.Listener;
import org.posthorn.net.ListenerConfig;
import org.posthorn.net.Ticker;
import org.posthorn.net.TlsContexts;
import org.posthorn.net.TlsMode;
import org.posthorn.store.Account;
import org.posthorn.store.Flags;
import org.posthorn.store.Incoming;
import org.posthorn.store.TestStore;
import org.posthorn.store.UidSet;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

/// What the tests of commands share: a store with the account of `mrose`, and servers on it.
class Pop3Test {
  static final String NAME = "mrose@dbc.mtview.ca.us";
  static final String PASSWORD = "secret word";
  static final Pop3Config OPEN = Pop3Config.of("dewey").withCleartext(Pop3Config.Cleartext.ALLOWED);

  /// Time of the claims on drops; stands still until a test moves it.
  final AtomicLong nanos = new AtomicLong(1);

  /// What becomes of the store's commits.
  volatile Faults.Fate fate = Faults.Fate.APPLY;

  final FaultyDisk disk = new FaultyDisk(1);
  final TestStore test = new TestStore(new MemoryKv(new Fated()), disk);
  Directory directory;
  Account account;
  private final List<Listener> listeners = new ArrayList<>();
  private final List<LineClient> clients = new ArrayList<>();
  private Pop3Server open;
  private Listener openListener;

  @TempDir Path directoryForKeys;

  private final class Fated implements Faults {
    @Override
    public Fate commit(Commit commit) {
      return fate;
    }
  }

  @BeforeEach
  void makeAccount() {
    directory =
        new Directory(
            test.store,
            DirectoryOptions.DEFAULT.withCost(HashCost.LEAST),
            test.clock,
            Ticker.SYSTEM);
    directory.addDomain("dbc.mtview.ca.us");
    account = test.store.account(directory.addAccount(NAME, PASSWORD, PasswordRules.ANY).account());
  }

  @AfterEach
  void closeAll() throws IOException {
    for (LineClient c : clients) {
      c.close();
    }
    for (Listener l : listeners) {
      l.drain(Duration.ofSeconds(5));
      l.close();
    }
    directory.close();
    test.close();
  }

  Pop3Server server(Pop3Config config) {
    return new Pop3Server(config, test.store, directory, nanos::get);
  }

  Listener listen(Pop3Server server, TlsMode mode) throws IOException {
    var bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    TlsContexts tls =
        mode == TlsMode.NONE
            ? null
            : TlsContexts.selfSigned(
                directoryForKeys.resolve("own.pem"), List.of("dewey"), InstantSource.system());
    Listener listener =
        Listener.open(
            ListenerConfig.of("pop3", bind, mode), new Limits(), tls, Ticker.SYSTEM, server);
    listeners.add(listener);
    return listener;
  }

  LineClient connect(Listener listener) throws IOException {
    LineClient c = LineClient.connect(listener.address());
    clients.add(c);
    return c;
  }

  /// The server of most tests, in clear.
  Pop3Server server() {
    return open;
  }

  /// A session with it before login, past the greeting.
  LineClient stranger() throws IOException {
    if (open == null) {
      open = server(OPEN);
      openListener = listen(open, TlsMode.NONE);
    }
    LineClient c = connect(openListener);
    c.expect("+OK dewey POP3 server ready");
    return c;
  }

  /// A session past the login.
  LineClient login() throws IOException {
    LineClient c = stranger();
    logIn(c);
    return c;
  }

  static void logIn(LineClient c) throws IOException {
    say(c, "USER " + NAME, "+OK");
    say(c, "PASS " + PASSWORD, "+OK");
  }

  /// Says a line and checks how the one line of the reply begins.
  static String say(LineClient c, String line, String begin) throws IOException {
    return c.send(line).expect(begin);
  }

  /// Says a line and checks the whole reply, of one line.
  static void sayExactly(LineClient c, String line, String reply) throws IOException {
    assertThat(c.send(line).readLine()).isEqualTo(reply);
  }

  /// Says a line and returns the lines of the multi-line reply behind `+OK`, stuffing undone.
  static List<String> lines(LineClient c, String line) throws IOException {
    c.send(line).expect("+OK");
    List<String> lines = new ArrayList<>();
    for (String l = c.readLine(); !".".equals(l); l = c.readLine()) {
      assertThat(l).as("a line before the end, after " + lines).isNotNull();
      lines.add(l.startsWith(".") ? l.substring(1) : l);
    }
    return lines;
  }

  static String text(List<String> lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  static String base64(String s) {
    return Base64.getEncoder().encodeToString(s.getBytes(StandardCharsets.UTF_8));
  }

  /// Stores octets as they are; the UID.
  long store(byte[] octets) throws IOException {
    try (Incoming in = test.store.receive()) {
      in.write(octets);
      return account
          .append(
              "INBOX",
              in.finish(),
              Flags.NONE,
              OffsetDateTime.ofInstant(test.clock.instant(), ZoneOffset.UTC))
          .uid();
    }
  }

  long store(String text) throws IOException {
    return store(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// Stores a message of so many octets.
  long storeOfSize(int octets) throws IOException {
    String header = "Subject: " + octets + "\r\n\r\n";
    return store(header + "x".repeat(octets - header.length() - 2) + "\r\n");
  }

  /// Expunges as an IMAP session would.
  void expunge(long uid) {
    account.remove(account.mailbox("INBOX").id(), UidSet.of(uid));
  }

  int inInbox() {
    return account.mailbox("INBOX").count();
  }

  int unseen() {
    return account.mailbox("INBOX").unseen();
  }
}
