package org.posthorn.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// The newest changes of an account's metadata, in memory only: whoever hears of them reads the
/// rest.
final class MetadataNews {
  private static final int KEPT_MAX = 500;

  private final Deque<Metadata.News> newest = new ArrayDeque<>(); // guarded by this

  synchronized void add(List<Metadata.News> more) {
    for (Metadata.News n : more) {
      if (newest.size() == KEPT_MAX) newest.poll();
      newest.add(n);
    }
  }

  synchronized List<Metadata.News> since(long modSeq) {
    List<Metadata.News> out = new ArrayList<>();
    for (Metadata.News n : newest) if (n.modSeq() > modSeq) out.add(n);
    return out;
  }
}
