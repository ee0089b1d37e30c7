package org.posthorn.upgrade;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.posthorn.app.Core;
import org.posthorn.app.DataDirectory;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.directory.PasswordRules;
import org.posthorn.mime.Corpus;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.NewMessage;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.mta.trace.Story;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.Delivery;
import org.posthorn.store.FlagChange;
import org.posthorn.store.Flags;
import org.posthorn.store.Incoming;
import org.posthorn.store.Mailbox;
import org.posthorn.store.Quota;
import org.posthorn.store.Store;
import org.posthorn.store.UidSet;

/// Makes a data directory with something of everything, as a file that [UpgradeTest] keeps opening
/// for ever. Run once for each release: its argument is the file,
/// `src/test/resources/data/VERSION.zip`.
final class DataOfThisVersion {
  static final String PASSWORD = "a password of the past";
  private static final OffsetDateTime RECEIVED = OffsetDateTime.parse("2026-11-23T10:11:12-03:00");

  /// What another start makes anew, or what is only room.
  private static final Set<String> LEFT_OUT = Set.of("native", "spool", "lock", "LOG", "ballast");

  private DataOfThisVersion() {}

  public static void main(String[] args) throws IOException {
    Path data = Files.createTempDirectory("data");
    String dump;
    try (Core core = open(data)) {
      fill(core);
      dump = Dump.of(core);
    }
    try (var zip = new ZipOutputStream(Files.newOutputStream(Path.of(args[0])))) {
      entry(zip, "dump.txt", dump.getBytes(StandardCharsets.UTF_8));
      try (var files = Files.walk(data)) {
        for (Path f : files.filter(Files::isRegularFile).sorted().toList()) {
          Path name = data.relativize(f);
          boolean out = LEFT_OUT.contains(name.getName(0).toString());
          if (out || LEFT_OUT.contains(name.getFileName().toString())) continue;
          entry(zip, name.toString().replace('\\', '/'), Files.readAllBytes(f));
        }
      }
    }
  }

  static Core open(Path data) {
    return Core.open(DataDirectory.open(data), DirectoryOptions.DEFAULT);
  }

  private static void entry(ZipOutputStream zip, String name, byte[] octets) throws IOException {
    ZipEntry e = new ZipEntry(name);
    e.setTime(0);
    zip.putNextEntry(e);
    zip.write(octets);
    zip.closeEntry();
  }

  private static void fill(Core core) throws IOException {
    Store store = core.store();
    core.directory().addDomain("example.test");
    for (String who : List.of("ana@example.test", "joão@example.test", "bo@example.test")) {
      core.directory().addAccount(who, PASSWORD, PasswordRules.ANY);
    }
    core.directory().addAlias("all@example.test", List.of("ana@example.test", "bo@example.test"));
    core.directory().addAlias("@example.test", List.of("bo@example.test"));
    core.directory().removeAccount("joão@example.test");
    Story story = core.trace().story(new QueueId(store.ids().next()));
    EmailAddress sender = EmailAddress.parse(Dump.TRACED);
    story.sender(new Sender(new ReversePath(sender), 0, Body.SEVEN_BIT));
    story.received("<1@elsewhere.test>", 1_000);
    queue(core, sender);
    List<Account> takers = new ArrayList<>();
    for (var e : core.directory().accounts()) takers.add(store.account(e.account()));
    Account ana = takers.getFirst();
    List<Corpus.Mail> corpus = Corpus.mails();
    for (int i = 0; i < 300; i++) {
      List<AccountId> to = new ArrayList<>();
      to.add(ana.id());
      if (i % 5 == 0) to.add(takers.getLast().id());
      deliver(store, corpus.get(i).octets(), to);
    }
    deliver(
        store,
        "Subject: large\r\n\r\n"
            .concat("0123456789abcdef\r\n".repeat(120_000))
            .getBytes(StandardCharsets.US_ASCII),
        List.of(ana.id()));
    Mailbox inbox = ana.mailbox("INBOX");
    ana.create("Clientes/São Paulo/2026", Set.of());
    ana.create("Été", Set.of());
    ana.subscribe("Été");
    flag(ana, inbox, UidSet.range(1, 120), new Flags(Flags.SEEN, List.of("$Forwarded", "azul")));
    flag(ana, inbox, UidSet.range(40, 60), Flags.of(Flags.DELETED));
    flag(ana, inbox, UidSet.of(270, 271), Flags.of(Flags.FLAGGED | Flags.ANSWERED));
    ana.copy(inbox.id(), UidSet.range(1, 20), "Été");
    ana.move(inbox.id(), UidSet.range(100, 140), "Clientes/São Paulo/2026");
    ana.expunge(inbox.id(), UidSet.range(45, 300));
    ana.rename("Clientes", "Antigos");
    ana.create("gone", Set.of());
    ana.copy(inbox.id(), UidSet.range(1, 5), "gone");
    ana.delete("gone");
    ana.setQuota(Quota.ofOctets(1L << 30));
  }

  private static void queue(Core core, EmailAddress sender) throws IOException {
    try (Incoming in = core.store().receive()) {
      in.write("Subject: waits\r\n\r\nHello\r\n".getBytes(StandardCharsets.US_ASCII));
      Recipient to = Recipient.of(new ForwardPath(EmailAddress.parse("bo@elsewhere.test")));
      Destination destination = new Destination.Domain("elsewhere.test");
      core.queue()
          .add(
              new NewMessage(
                  null,
                  new Sender(new ReversePath(sender), 0, Body.SEVEN_BIT),
                  core.store().clock().instant(),
                  core.store().keeping().keep(in.finish(), false),
                  new byte[0],
                  "ana@example.test",
                  List.of(new NewMessage.To(to, destination))));
    }
  }

  private static void deliver(Store store, byte[] octets, List<AccountId> to) throws IOException {
    byte[] head = "Return-Path: <bo@example.test>\r\n".getBytes(StandardCharsets.US_ASCII);
    List<Delivery.Target> targets = new ArrayList<>();
    for (AccountId id : to) {
      targets.add(new Delivery.Target(id, "INBOX", head, Flags.NONE, RECEIVED));
    }
    try (Incoming in = store.receive()) {
      in.write(octets, 0, octets.length);
      for (Delivery.Outcome o : store.deliver(in.finish(), targets)) {
        if (!(o instanceof Delivery.Outcome.Delivered)) throw new IllegalStateException("" + o);
      }
    }
  }

  private static void flag(Account a, Mailbox m, UidSet uids, Flags flags) {
    a.store(m.id(), uids, new FlagChange(FlagChange.Op.ADD, flags), Long.MAX_VALUE);
  }
}
