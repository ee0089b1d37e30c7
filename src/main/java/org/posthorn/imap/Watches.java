package org.posthorn.imap;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Mailbox;
import org.posthorn.store.UidSet;

/// The results that one session watches in its mailbox. What is asked of them at a change is only
/// what has changed.
public final class Watches {
  /// RFC 5267 §4.3.1: one at least.
  private static final int MAX = 16;

  /// Octets of heap, all together: every other message of a million, or a million sorted ones.
  private static final long WEIGHT_MAX = 17 << 20;

  private final List<Watch> all = new ArrayList<>(0);

  public boolean has(String tag) {
    return find(tag) != null;
  }

  private Watch find(String tag) {
    for (Watch w : all) {
      if (w.tag().equals(tag)) {
        return w;
      }
    }
    return null;
  }

  /// False if there are too many.
  public boolean add(Watch w) {
    return all.size() < MAX && weight() + w.weight() <= WEIGHT_MAX && all.add(w);
  }

  /// Whether they have grown too large to be kept.
  public boolean tooHeavy() {
    return weight() > WEIGHT_MAX;
  }

  private long weight() {
    long sum = 0;
    for (Watch w : all) {
      sum += w.weight();
    }
    return sum;
  }

  public void cancel(String tag) {
    all.remove(find(tag));
  }

  /// To be called before EXPUNGE responses.
  void tellGone(UidSet uids) throws IOException {
    if (!uids.isEmpty()) {
      for (Watch w : all) {
        w.gone(uids);
      }
    }
  }

  /// To be called after EXISTS and FETCH responses.
  ///
  /// @param since MODSEQ of the last time
  void tellChanged(Mailbox box, UidSet known, long since) throws IOException {
    if (all.isEmpty()) {
      return;
    }
    var changed = new UidSet.Builder();
    EntryCursor c = box.changedSince(known, since);
    while (c.next()) {
      changed.add(c.uid());
    }
    UidSet uids = changed.build();
    for (Watch w : List.copyOf(all)) {
      if (!w.changed(uids)) {
        all.remove(w);
      }
    }
  }
}
