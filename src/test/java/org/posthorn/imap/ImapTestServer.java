package org.posthorn.imap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.posthorn.directory.token.Tokens;
import org.posthorn.net.Limits;
import org.posthorn.net.Listener;
import org.posthorn.net.ListenerConfig;
import org.posthorn.net.NetworkSet;
import org.posthorn.net.Ticker;
import org.posthorn.net.TlsContexts;
import org.posthorn.net.TlsMode;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.Flags;
import org.posthorn.store.TestStore;

/// The real server on a free port over the real store in memory. The store checks itself at the
/// end.
public final class ImapTestServer implements AutoCloseable {
  public static final String PASSWORD = "secret";
  public static final String ADMINISTRATOR = "admin@example.test";
  public static final ImapConfig CONFIG =
      ImapConfig.of("mail.example.test", "0.1.0")
          .withCleartext(ImapConfig.Cleartext.LOOPBACK)
          .withSite(
              new ImapConfig.Site(
                  "mailto:postmaster@example.test",
                  "Be kind to each other",
                  List.of(ADMINISTRATOR)));

  private static final OffsetDateTime ARRIVED = OffsetDateTime.parse("2026-11-20T09:30:00+01:00");
  private static final AtomicInteger NUMBER = new AtomicInteger();

  public final TestStore testStore;
  public final ImapServer server;
  public final Listener listener;
  public final TestDirectory directory;

  public ImapTestServer() {
    this(CONFIG);
  }

  public ImapTestServer(ImapConfig config) {
    this(config, new TestStore());
  }

  public ImapTestServer(ImapConfig config, TestStore testStore) {
    this(config, testStore, null, Ticker.SYSTEM);
  }

  /// @param ticker what the session takes for the time that passes
  public ImapTestServer(ImapConfig config, TestStore testStore, Ticker ticker) {
    this(config, testStore, null, ticker);
  }

  /// @param tokens judges bearer tokens; null if they are not taken
  public ImapTestServer(ImapConfig config, TestStore testStore, Tokens tokens) {
    this(config, testStore, tokens, Ticker.SYSTEM);
  }

  private ImapTestServer(ImapConfig config, TestStore testStore, Tokens tokens, Ticker ticker) {
    this.testStore = testStore;
    directory = new TestDirectory(testStore.store, tokens, testStore.clock);
    server = new ImapServer(config, testStore.store, directory.directory, testStore.clock, ticker);
    try {
      listener =
          Listener.open(
              ListenerConfig.of("imap", new InetSocketAddress("127.0.0.1", 0), TlsMode.NONE),
              new Limits(1000, 1000, NetworkSet.LOOPBACK),
              null,
              Ticker.SYSTEM,
              server::serve);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Another door, with TLS; the caller closes it.
  public Listener listen(TlsMode mode, TlsContexts tls) throws IOException {
    return Listener.open(
        ListenerConfig.of("imaps", new InetSocketAddress("127.0.0.1", 0), mode)
            .withClientCertificates(true),
        new Limits(1000, 1000, NetworkSet.LOOPBACK),
        tls,
        Ticker.SYSTEM,
        server::serve);
  }

  /// Makes an account with a name of its own.
  public String account() {
    String name = "user" + NUMBER.incrementAndGet() + "@example.test";
    directory.add(name);
    return name;
  }

  /// Makes an account whose name begins like this.
  public String account(String begin, boolean shared) {
    String name = begin + NUMBER.incrementAndGet() + "@example.test";
    if (shared) {
      directory.addShared(name);
    } else {
      directory.add(name);
    }
    return name;
  }

  public Account store(String name) {
    return testStore.store.account(id(name));
  }

  public AccountId id(String name) {
    return directory.account(name);
  }

  /// Delivers a message.
  public void deliver(String name, String mailbox, String text) {
    deliver(name, mailbox, text, Flags.NONE);
  }

  public void deliver(String name, String mailbox, String text, Flags flags) {
    store(name).append(mailbox, TestStore.message(testStore.store, text), flags, ARRIVED);
  }

  /// Delivers `count` short messages, "message 1" and so on, to INBOX.
  public void fill(String name, int count) {
    for (int i = 1; i <= count; i++) {
      deliver(name, "INBOX", text(i));
    }
  }

  public static String text(int i) {
    return String.join(
        "\r\n",
        List.of(
            "From: Ana <ana@example.test>",
            "To: bo@example.test",
            "Subject: message " + i,
            "Date: Fri, 20 Nov 2026 09:30:00 +0100",
            "Message-ID: <" + i + "@example.test>",
            "",
            "text of message " + i,
            ""));
  }

  public ImapClient connect() throws IOException {
    return ImapClient.connect(listener.address());
  }

  public ImapClient login(String name) throws IOException {
    ImapClient c = connect();
    c.ok("LOGIN " + name + " " + PASSWORD);
    return c;
  }

  public ImapClient select(String name) throws IOException {
    ImapClient c = login(name);
    c.ok("SELECT INBOX");
    return c;
  }

  @Override
  public void close() {
    listener.close();
    directory.close();
    testStore.close();
  }
}
