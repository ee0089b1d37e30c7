package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.posthorn.directory.Directory;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.directory.HashCost;
import org.posthorn.directory.PasswordRules;
import org.posthorn.directory.token.Tokens;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.Queue;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.queue.QueuedRecipient;
import org.posthorn.mta.queue.RetrySchedule;
import org.posthorn.mta.trace.Trace;
import org.posthorn.mta.trace.TraceOptions;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.server.SmtpConfig;
import org.posthorn.smtp.server.SmtpTalk;
import org.posthorn.smtp.server.TestServer;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Mailbox;
import org.posthorn.store.MessageRow;
import org.posthorn.store.Quota;
import org.posthorn.store.TestStore;
import org.posthorn.store.UidSet;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

/// A whole mail host for tests: store in memory, directory, and listeners of each kind. The store
/// checks itself at the end.
final class MailHost implements AutoCloseable {
  static final String PASSWORD = "geheim";

  final String domain;
  final TestStore disk;
  final Directory directory;
  final Queue queue;
  final Trace trace;
  final Mta mta;
  private final List<TestServer> servers = new ArrayList<>();

  MailHost() {
    this(Faults.NONE);
  }

  MailHost(Faults faults) {
    this(faults, new MtaConfig("mx.foo.com", "foo.com"), DirectoryOptions.DEFAULT);
  }

  /// One with another domain than foo.com.
  MailHost(String domain) {
    this(Faults.NONE, new MtaConfig("mx." + domain, domain), DirectoryOptions.DEFAULT);
  }

  /// One where an account may send so much.
  MailHost(SendingLimits.Rates rates) {
    this(
        Faults.NONE,
        new MtaConfig("mx.foo.com", "foo.com").withRates(rates),
        DirectoryOptions.DEFAULT);
  }

  /// One that takes tokens.
  MailHost(Tokens tokens) {
    this(Faults.NONE, new MtaConfig("mx.foo.com", "foo.com"), DirectoryOptions.DEFAULT, tokens);
  }

  MailHost(Faults faults, MtaConfig config, DirectoryOptions options) {
    this(faults, config, options, null);
  }

  private MailHost(Faults faults, MtaConfig config, DirectoryOptions options, Tokens tokens) {
    domain = config.defaultDomain();
    disk = new TestStore(new MemoryKv(faults), new FaultyDisk(1));
    directory =
        new Directory(
            disk.store, options.withCost(HashCost.LEAST), tokens, disk.clock, Ticker.SYSTEM);
    directory.addDomain(domain);
    queue = new Queue(disk.store, 0, RetrySchedule.DEFAULT);
    trace = new Trace(disk.store.kv(), disk.clock, Ticker.SYSTEM, TraceOptions.DEFAULT);
    mta = new Mta(config, disk.store, directory, queue, trace, disk.clock, Ticker.SYSTEM);
  }

  AccountId account(String address) {
    return directory.addAccount(address, PASSWORD, PasswordRules.ANY).account();
  }

  void alias(String address, String... targets) {
    directory.addAlias(address, List.of(targets));
  }

  void quota(String address, long octets) {
    quota(address, Quota.ofOctets(octets));
  }

  void quota(String address, Quota quota) {
    disk.store.account(id(address)).setQuota(quota);
  }

  private AccountId id(String address) {
    return directory.account(address).orElseThrow().account();
  }

  TestServer serve(SmtpConfig config, Backend backend) {
    TestServer server = TestServer.open(config, backend);
    servers.add(server);
    return server;
  }

  SmtpTalk mx() {
    return serve(SmtpConfig.mx("foo.com"), mta.mx()).connect().hello();
  }

  SmtpTalk submission() {
    SmtpConfig config =
        SmtpConfig.submission("foo.com").withAuthentication(SmtpConfig.Authentication.CLEARTEXT);
    return serve(config, mta.submission()).connect().hello();
  }

  SmtpTalk lmtp() {
    SmtpTalk t = serve(SmtpConfig.lmtp("foo.com"), mta.lmtp()).connect();
    t.say("LHLO bar.com");
    t.readReply();
    return t;
  }

  /// What is in an account's INBOX, oldest first.
  List<String> inbox(String address) {
    Account account = disk.store.account(id(address));
    Mailbox inbox = account.mailbox("INBOX");
    List<String> texts = new ArrayList<>();
    EntryCursor entries = inbox.entries(UidSet.ALL);
    while (entries.next()) {
      MessageRow row = account.message(entries.emailId());
      texts.add(text(account, row));
    }
    return texts;
  }

  private static String text(Account account, MessageRow row) {
    try {
      byte[] all = account.read(row, 0, row.size()).readAllBytes();
      return new String(all, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Lets an account send again.
  void release(String address) {
    assertThat(mta.limits().release(disk.store.account(id(address)))).isTrue();
  }

  /// A message in the queue.
  ///
  /// @param to path and destination of each recipient
  record Waiting(String id, String from, List<String> to, String submitter, String text) {}

  /// What is in the queue, oldest first.
  List<Waiting> queue() {
    List<Waiting> all = new ArrayList<>();
    queue.forEach((message, recipients) -> all.add(waiting(message, recipients)));
    all.sort(Comparator.comparing(w -> QueueId.parse(w.id())));
    return all;
  }

  private Waiting waiting(QueuedMessage message, List<QueuedRecipient> recipients) {
    List<String> to = new ArrayList<>();
    for (QueuedRecipient r : recipients) {
      String where =
          switch (r.destination()) {
            case Destination.Local _ -> "here";
            case Destination.Domain d -> d.domain();
            case Destination.Host h -> h.host();
          };
      to.add(r.recipient().path() + " to " + where);
    }
    try (InputStream in = queue.open(message)) {
      return new Waiting(
          message.id().toString(),
          message.sender().path().toString(),
          to,
          message.submitter(),
          new String(in.readAllBytes(), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits until every session is over.
  void hangUp() {
    servers.forEach(TestServer::close);
    servers.clear();
  }

  @Override
  public void close() {
    hangUp();
    assertThat(directory.check()).isEmpty();
    assertThat(queue.check()).isEmpty();
    trace.close();
    directory.close();
    disk.close();
  }

  /// Sends one small message and gives its reply back.
  static String send(SmtpTalk t, String from, String to, String... lines) {
    t.ask("MAIL FROM:<" + from + ">", "250");
    t.ask("RCPT TO:<" + to + ">", "250");
    t.ask("DATA", "354").say(lines).say(".");
    List<String> reply = t.readReply();
    assertThat(reply).hasSize(1);
    return reply.getFirst();
  }
}
