package org.posthorn.store;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;

/// Reads an account's head from disk.
final class AccountLoader {
  private AccountLoader() {}

  /// The head, or null if there never was such an account.
  static AccountState load(Account account, Kv kv, Partition partition) {
    Kv.Head head = kv.head(partition);
    byte[] row = kv.get(partition, Keys.ACCOUNT);
    if (head.version() == 0 || row == null) return null;
    AccountState.Data data = AccountState.Data.decode(row);
    SortedMap<String, Integer> names = AccountState.emptyNames();
    Map<Integer, String> byNumber = new HashMap<>();
    for (Row r : account.scanAll(Keys.of('n'), Keys.of('o'))) {
      int number = (int) Unpack.row(r.value(), 1).u32();
      String name = Keys.nameOf(r.key());
      names.put(name, number);
      byNumber.put(number, name);
    }
    AccountState.Boxes boxes = AccountState.Boxes.EMPTY;
    for (Row r : account.scanAll(Keys.of('m'), Keys.of('n'))) {
      int number = (int) Keys.u32(r.key(), 1);
      String name = byNumber.get(number);
      if (name == null) continue; // `check` reports it
      Mailbox.Data d = Mailbox.Data.decode(r.value());
      boxes = boxes.with(number, new Mailbox(account, number, name, d, new PageIndex.Ref(null)));
    }
    SortedSet<String> subscriptions = AccountState.emptySubscriptions();
    for (Row r : account.scanAll(Keys.of('u'), Keys.of('v')))
      subscriptions.add(Keys.nameOf(r.key()));
    Map<Integer, Acl> acls = new HashMap<>();
    for (Row r : account.scanAll(Keys.of('r'), Keys.of('s'))) {
      int number = (int) Keys.u32(r.key(), 1);
      Acl before = acls.getOrDefault(number, Acl.EMPTY);
      acls.put(number, before.with(Acl.grantee(r.key()), Acl.decode(r.value())));
    }
    AccountState.LogTail tail = AccountState.LogTail.from(data.modSeq());
    return new AccountState(
        head.version(), data, names, boxes, boxes.ids(), subscriptions, acls, Map.of(), tail);
  }
}
