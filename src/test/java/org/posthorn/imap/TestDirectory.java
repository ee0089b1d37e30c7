package org.posthorn.imap;

import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.posthorn.directory.Directory;
import org.posthorn.directory.DirectoryOptions;
import org.posthorn.directory.HashCost;
import org.posthorn.directory.PasswordRules;
import org.posthorn.directory.token.Tokens;
import org.posthorn.net.Ticker;
import org.posthorn.store.AccountId;
import org.posthorn.store.Store;

/// Accounts of a test; all have one password.
public final class TestDirectory implements AutoCloseable {
  public final Directory directory;
  private final Map<String, AccountId> accounts = new ConcurrentHashMap<>();

  TestDirectory(Store store, Tokens tokens, InstantSource clock) {
    directory =
        new Directory(
            store, DirectoryOptions.DEFAULT.withCost(HashCost.LEAST), tokens, clock, Ticker.SYSTEM);
    directory.addDomain("example.test");
  }

  void add(String name) {
    accounts.put(
        name, directory.addAccount(name, ImapTestServer.PASSWORD, PasswordRules.ANY).account());
  }

  void addShared(String name) {
    accounts.put(
        name,
        directory.addSharedAccount(name, ImapTestServer.PASSWORD, PasswordRules.ANY).account());
  }

  AccountId account(String name) {
    return accounts.get(name);
  }

  @Override
  public void close() {
    directory.close();
  }
}
