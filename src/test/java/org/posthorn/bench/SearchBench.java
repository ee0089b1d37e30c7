package org.posthorn.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.posthorn.store.Account;
import org.posthorn.store.Candidates;
import org.posthorn.store.Delivery;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Flags;
import org.posthorn.store.Incoming;
import org.posthorn.store.Mailbox;
import org.posthorn.store.Store;
import org.posthorn.store.StoreOptions;
import org.posthorn.store.UidSet;
import org.posthorn.store.search.Sought;

/// The search index alone, without network: how fast it is fed, how large it is, and what a search
/// costs the first time and again.
///
/// Arguments: messages, octets of a body.
final class SearchBench {
  private static final int[] RANKS = {50, 400, 3_000, 10_000, 20_000, 30_000, 39_000};

  /// Searches before the first that counts.
  private static final int WARM = 200;

  private SearchBench() {}

  public static void main(String[] args) throws Exception {
    int messages = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    VariedMail mail = new VariedMail(args.length > 1 ? Integer.parseInt(args[1]) : 3_000);
    Path dir = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "search-bench");
    var options = new StoreOptions(InstantSource.system(), System::nanoTime, 32L << 20, 64L << 20);
    try (Store store = Store.open(dir, options)) {
      Account account = store.account(store.createAccount());
      long octets = 0;
      for (int i = 0; i < messages; i++) octets += deliver(store, account, mail.message(i));
      var process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
      long began = System.nanoTime();
      long cpu = process.getProcessCpuTime();
      store.feed();
      double seconds = (System.nanoTime() - began) / 1e9;
      double cpuSeconds = (process.getProcessCpuTime() - cpu) / 1e9;
      System.out.printf(
          "fed %d messages in %.1f s, CPU %.1f s; %d octets, index %.2f of them%n",
          messages, seconds, cpuSeconds, octets, (double) size(dir.resolve("search")) / octets);
      for (int i = 0; i < WARM; i++) search(account, Sought.inBody(mail.word(1_000 + 90 * i)));
      for (int rank : RANKS) {
        String word = mail.word(rank);
        String first = search(account, Sought.inBody(word));
        String again = search(account, Sought.inBody(word));
        System.out.printf("%-14s first %s; again %s%n", word, first, again);
      }
    }
    try (var files = Files.walk(dir)) {
      for (Path p : files.sorted((a, b) -> b.compareTo(a)).toList()) Files.delete(p);
    }
  }

  private static String search(Account account, Sought sought) throws IOException {
    long began = System.nanoTime();
    Mailbox box = account.mailbox("INBOX");
    Candidates candidates = box.candidates(sought);
    long[] uids = new long[box.count()];
    long[] open = new long[box.count()];
    int n = 0;
    int found = 0;
    EntryCursor c = box.entries(UidSet.ALL);
    while (c.next()) {
      switch (candidates.of(c.uid(), c.emailId())) {
        case YES -> found++;
        case NO -> {}
        case OPEN -> {
          uids[n] = c.uid();
          open[n++] = c.emailId();
        }
      }
    }
    double narrowed = (System.nanoTime() - began) / 1e6;
    for (int i = 0; i < n; ) {
      var rows = account.messages(open, i, Math.min(Account.MESSAGES_MAX, n - i));
      for (var row : rows) if (candidates.read(uids[i++], account.text(row))) found++;
    }
    double all = (System.nanoTime() - began) / 1e6;
    return "%.2f ms (%.2f narrowing, %d read, %d found)".formatted(all, narrowed, n, found);
  }

  private static long deliver(Store store, Account account, byte[] octets) throws IOException {
    try (Incoming in = store.receive()) {
      in.write(octets, 0, octets.length);
      var target =
          new Delivery.Target(account.id(), "INBOX", new byte[0], Flags.NONE, OffsetDateTime.now());
      store.deliver(in.finish(), List.of(target));
    }
    return octets.length;
  }

  private static long size(Path dir) throws IOException {
    try (var files = Files.walk(dir)) {
      return Arrays.stream(files.filter(Files::isRegularFile).toArray(Path[]::new))
          .mapToLong(p -> p.toFile().length())
          .sum();
    }
  }
}
