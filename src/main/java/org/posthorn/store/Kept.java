package org.posthorn.store;

import java.util.List;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Row;

/// The octets of a message, written so that somebody other than an account can use them, such as
/// the queue.
///
/// Whoever uses them puts the row of [#use] into the commit that begins to, and [#local] too; and
/// into the commit that ceases to, what [Keeping#letGo] says. A commit that begins to must come
/// within [Keeping#USE_WITHIN] of [Keeping#keep], or while another use is durable.
///
/// @param blob id of the octets
/// @param size how many there are
/// @param shared whether anybody else may use them, too
/// @param local rows that go with every commit that begins to use them; none when a use is durable
public record Kept(long blob, long size, boolean shared, Commit.Local local) {

  /// What somebody has in use already.
  public static Kept inUse(long blob, long size, boolean shared) {
    return new Kept(blob, size, shared, Commit.Local.NONE);
  }

  /// The same, for use by others too. What was put under [#use] before is not changed by this.
  public Kept asShared() {
    return shared ? this : new Kept(blob, size, true, local);
  }

  /// The row that says that this partition uses the octets.
  ///
  /// @param owner what in the partition does
  public Row use(long owner) {
    return new Row(useKey(blob, owner), BlobUse.row(shared));
  }

  public static byte[] useKey(long blob, long owner) {
    return Keys.pair('b', blob, owner);
  }

  /// Whether a row of [#use] says that others may use the octets too.
  public static boolean shared(Row use) {
    return BlobUse.shared(use.value());
  }

  Message.StoredBlob stored() {
    return new Message.StoredBlob(blob, shared, List.copyOf(local.puts()));
  }
}
