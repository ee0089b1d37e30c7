package org.posthorn.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.posthorn.store.Account;
import org.posthorn.store.Delivery;
import org.posthorn.store.Flags;
import org.posthorn.store.Incoming;
import org.posthorn.store.Store;
import org.posthorn.store.StoreOptions;

/// Deliveries into the store alone, without network: what SMTP cannot be faster than.
///
/// Arguments: sessions, accounts, octets of a message, seconds.
final class StoreBench {
  private StoreBench() {}

  public static void main(String[] args) throws Exception {
    int sessions = args.length > 0 ? Integer.parseInt(args[0]) : 32;
    int accounts = args.length > 1 ? Integer.parseInt(args[1]) : 16;
    int size = args.length > 2 ? Integer.parseInt(args[2]) : 4096;
    int seconds = args.length > 3 ? Integer.parseInt(args[3]) : 5;
    Path dir = Files.createTempDirectory("store-bench");
    var options = new StoreOptions(InstantSource.system(), System::nanoTime, 32L << 20, 64L << 20);
    try (Store store = Store.open(dir, options)) {
      List<Account> all = new ArrayList<>();
      for (int i = 0; i < accounts; i++) all.add(store.account(store.createAccount()));
      run(store, all, sessions, size, 2); // warm
      for (int round = 0; round < 3; round++) {
        long n = run(store, all, sessions, size, seconds);
        System.out.printf(
            "sessions=%d accounts=%d octets=%d: %d deliveries/s%n",
            sessions, accounts, size, n / seconds);
      }
    }
    try (var files = Files.walk(dir)) {
      for (Path p : files.sorted((a, b) -> b.compareTo(a)).toList()) Files.delete(p);
    }
  }

  private static long run(Store store, List<Account> all, int sessions, int size, int seconds)
      throws InterruptedException {
    long until = System.nanoTime() + seconds * 1_000_000_000L;
    AtomicLong count = new AtomicLong();
    List<Thread> threads = new ArrayList<>();
    for (int s = 0; s < sessions; s++) {
      Account account = all.get(s % all.size());
      int n = s;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                int i = 0;
                while (System.nanoTime() < until) {
                  deliver(store, account, message(size, n + "-" + i++));
                  count.incrementAndGet();
                }
              }));
    }
    for (Thread t : threads) t.join();
    return count.get();
  }

  private static void deliver(Store store, Account account, byte[] octets) {
    try (Incoming in = store.receive()) {
      in.write(octets, 0, octets.length);
      byte[] head = "Return-Path: <bo@example.test>\r\n".getBytes(StandardCharsets.US_ASCII);
      var target =
          new Delivery.Target(account.id(), "INBOX", head, Flags.NONE, OffsetDateTime.now());
      if (!(store.deliver(in.finish(), List.of(target)).getFirst()
          instanceof Delivery.Outcome.Delivered)) {
        throw new IllegalStateException("not delivered");
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static byte[] message(int size, String id) {
    StringBuilder s = new StringBuilder(size + 100);
    s.append("From: Bo <bo@example.test>\r\nTo: Ana <ana@example.test>\r\nSubject: Load ")
        .append(id)
        .append("\r\nMessage-ID: <")
        .append(id)
        .append(
            "@example.test>\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
                + "Content-Type: text/plain; charset=utf-8\r\n\r\n");
    java.util.Random r = new java.util.Random(id.hashCode());
    while (s.length() < size - 2) {
      s.append(Long.toString(r.nextLong(), 36)).append(' ');
      if (s.length() % 70 < 13) s.append("\r\n");
    }
    s.append("\r\n");
    return s.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
