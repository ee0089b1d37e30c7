package org.posthorn.store;

import java.util.List;

/// Reads pages of mailboxes and their index from the disk. Any thread.
final class PageLoading {
  private PageLoading() {}

  static PageIndex index(Account account, Mailbox box, PageIndex.Ref ref) {
    byte[] from = Keys.mailbox('x', box.number);
    return ref.offer(PageIndex.decode(account.scanAll(from, Keys.after(from))));
  }

  /// @throws StoreUnavailable when it is missing or damaged
  static Page page(Account account, Mailbox box, PageRef ref) {
    List<byte[]> keys =
        List.of(Keys.page('p', box.number, ref.number), Keys.page('f', box.number, ref.number));
    Store store = account.store();
    List<byte[]> rows = Account.reading(() -> store.kv().getAll(account.partition(), keys));
    Page read = null;
    Unpack.DamagedRow damage = null;
    if (rows.get(0) != null && rows.get(1) != null) {
      try {
        read = Page.decode(ref.number, rows.get(0), rows.get(1));
      } catch (Unpack.DamagedRow e) {
        damage = e; // or a commit came between the two rows: then the old page is pinned here
      }
    }
    Page kept = ref.offer(read);
    if (kept == null) {
      throw new StoreUnavailable(
          "page " + ref.number + " of mailbox " + box.number + " is missing", damage);
    }
    if (kept == read) store.pages().add(ref, kept);
    return kept;
  }
}
