package org.posthorn.mta.queue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.posthorn.store.Keeping;
import org.posthorn.store.Kept;
import org.posthorn.store.Unpack;
import org.posthorn.store.kv.Row;

/// Compares what the rows of one shard say.
final class QueueCheck {
  private static final int PROBLEMS_MAX = 1000;
  private static final int ROWS_A_READ = 256;

  private final Shard shard;
  private final Keeping keeping;
  private final List<String> problems;
  private final Map<QueueId, Long> messages = new HashMap<>(); // to their blobs
  private final Set<QueueId> withRecipients = new HashSet<>();
  private final Set<QueueId> withLocal = new HashSet<>();

  QueueCheck(Shard shard, Keeping keeping, List<String> problems) {
    this.shard = shard;
    this.keeping = keeping;
    this.problems = problems;
  }

  void run() {
    each('m', this::message);
    each('r', this::recipient);
    Set<QueueId> used = new HashSet<>();
    each('b', r -> used.add(use(r)));
    for (QueueId id : messages.keySet()) {
      expect(withRecipients.contains(id), id, "without recipient");
      expect(used.contains(id), id, "octets not referred to");
    }
  }

  private void each(char letter, Consumer<Row> row) {
    byte[] from = QueueRows.of(letter);
    while (true) {
      List<Row> some = shard.scan(from, Shard.after(QueueRows.of(letter)), ROWS_A_READ);
      for (Row r : some) {
        try {
          row.accept(r);
        } catch (Unpack.DamagedRow e) {
          problem(QueueRows.id(r.key()), "row " + letter + ": " + e.getMessage());
        }
      }
      if (some.size() < ROWS_A_READ) return;
      from = Shard.behind(some.getLast().key());
    }
  }

  private void message(Row r) {
    QueueId id = QueueRows.id(r.key());
    messages.put(id, 0L);
    QueuedMessage m = QueueRows.message(id, r.value()).message();
    messages.put(id, m.blob());
    String wrong = keeping.problem(m.blob(), m.size());
    expect(wrong == null, id, wrong);
  }

  private void recipient(Row r) {
    QueueId id = QueueRows.id(r.key());
    withRecipients.add(id);
    expect(messages.containsKey(id), id, "recipient without message");
    int number = QueueRows.numberOf(r.key());
    QueuedRecipient recipient = QueueRows.recipient(number, r.value()).recipient();
    if (recipient.destination() instanceof Destination.Local) withLocal.add(id);
  }

  private QueueId use(Row r) {
    QueueId id = QueueRows.blobOwner(r.key());
    Long blob = messages.get(id);
    expect(blob != null && blob == QueueRows.blob(r.key()), id, "octets referred to in vain");
    boolean shared = Kept.shared(r);
    expect(shared || !withLocal.contains(id), id, "octets of one owner go into an account");
    return id;
  }

  private void problem(QueueId id, String text) {
    if (problems.size() < PROBLEMS_MAX) problems.add("queue " + id + ": " + text);
  }

  private void expect(boolean holds, QueueId id, String text) {
    if (!holds) problem(id, text);
  }
}
