package org.posthorn.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.posthorn.directory.token.Tokens;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.Ticker;
import org.posthorn.store.AccountId;
import org.posthorn.store.Courier;
import org.posthorn.store.Store;
import org.posthorn.store.TestStore;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.MemoryKv;
import org.posthorn.store.kv.Partition;

/// A directory over a store in memory, with the cheapest hashes and time that stands still until a
/// test moves it. Checks itself when it is closed.
final class TestDirectory implements AutoCloseable {
  static final DirectoryOptions CHEAP = DirectoryOptions.DEFAULT.withCost(HashCost.LEAST);

  final TestStore test;
  final Store store;
  final AtomicLong nanos = new AtomicLong(1234);
  final Ticker ticker = nanos::get;
  final Directory directory;

  TestDirectory() {
    this(CHEAP);
  }

  TestDirectory(DirectoryOptions options) {
    this(options, new MemoryKv());
  }

  TestDirectory(DirectoryOptions options, MemoryKv kv) {
    this(options, kv, null);
  }

  TestDirectory(DirectoryOptions options, Tokens tokens) {
    this(options, new MemoryKv(), tokens);
  }

  private TestDirectory(DirectoryOptions options, MemoryKv kv, Tokens tokens) {
    test = new TestStore(kv, new FaultyDisk(1));
    store = test.store;
    directory = new Directory(store, options, tokens, test.clock, ticker);
  }

  void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  /// Makes the account, and its domain if need be.
  AccountId account(String address) {
    return account(address, "word");
  }

  AccountId account(String address, String password) {
    String domain = EmailAddress.parse(address).domain();
    if (!directory.domains().contains(domain)) directory.addDomain(domain);
    return directory.addAccount(address, password, PasswordRules.ANY).account();
  }

  Resolution resolve(String address) {
    EmailAddress a = EmailAddress.parse(address);
    assertThat(a).as(address).isNotNull();
    return directory.resolve(a);
  }

  /// Who gets mail for an address: `account address|detail` each.
  List<String> readers(String address) {
    return switch (resolve(address)) {
      case Resolution.Found a -> texts(a);
      case Resolution.Forwarded f -> {
        List<String> out = new ArrayList<>(List.of("251 " + f.to()));
        out.addAll(texts(f.found()));
        yield out;
      }
      case Resolution.Moved m -> List.of("551 " + m.to());
      case Resolution.BackupFor b -> List.of("backup " + b.domain());
      case Resolution.NoSuchUser _ -> List.of("nobody");
      case Resolution.Tangled _ -> List.of("tangled");
      case Resolution.NotOurs _ -> List.of("not ours");
    };
  }

  private static List<String> texts(Resolution.Found f) {
    List<String> out = new ArrayList<>();
    for (Target t : f.targets()) {
      out.add(t.address() + (t.detail().isEmpty() ? "" : "|" + t.detail()));
    }
    for (Outside o : f.outside()) {
      String owner = o.owner() == null ? "" : " owner " + o.owner();
      out.add(o.address() + " via " + o.kind() + " " + o.via() + owner);
    }
    return out;
  }

  boolean owns(AccountId account, String address) {
    return directory.owns(account, EmailAddress.parse(address));
  }

  /// What the courier does at a start, now.
  void carryLeftovers() {
    Courier courier = store.courier();
    for (Partition p : store.kv().partitions('a', null, 1000)) {
      courier.carryAll(new AccountId(java.nio.ByteBuffer.wrap(p.id()).getLong()));
    }
  }

  static void refused(DirectoryException.Reason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            DirectoryException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  /// For a directory that is wrong on purpose.
  void closeUnchecked() {
    directory.close();
    store.close();
  }

  @Override
  public void close() {
    assertThat(directory.check()).isEmpty();
    directory.close();
    test.close();
  }
}
