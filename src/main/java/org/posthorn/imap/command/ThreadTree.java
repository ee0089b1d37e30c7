package org.posthorn.imap.command;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.posthorn.imap.wire.CommandException;

/// Messages as a forest (RFC 5256 §3). Nodes are numbers: messages in the mailbox's order, then
/// dummies for messages that are missing or stand for a common subject.
///
/// Use: [#add] each message in order, then [#build] once, then read.
final class ThreadTree {
  /// How messages are put together.
  enum Algorithm {
    /// By base subject, in two levels.
    ORDEREDSUBJECT,
    /// By references, then by base subject.
    REFERENCES,
    /// By references alone, the thread with the newest message last (the expired
    /// draft-ietf-morg-inthread; as Dovecot does it).
    REFS
  }

  /// Steps towards the root when looking for a loop; a message further down than this gets no
  /// children by reference. Bounds the work that forged references cause.
  private static final int ANCESTORS_MAX = 1000;

  /// Messages and those that they refer to.
  private static final int NODES_MAX = 4 << 20;

  /// Characters of all subjects.
  private static final long CHARS_MAX = 64 << 20;

  private static final int NONE = -1;

  private final Algorithm algorithm;
  private int nodes;
  private long[] uid = new long[64];
  private long[] date = new long[64];
  private boolean[] answers = new boolean[64];
  private String[] subject = new String[64];
  private int[] parent = new int[64];
  private NodesById byId = new NodesById();
  private long subjectChars;

  // The result.
  private int firstRoot = NONE;
  private int[] firstChild;
  private int[] nextSibling;

  ThreadTree(Algorithm algorithm) {
    this.algorithm = algorithm;
  }

  // ---- messages

  /// What threading needs to know of a message.
  ///
  /// @param date seconds since 1970
  /// @param subject base subject, folded
  record Message(long uid, long date, String subject, Links links) {}

  void add(Message m) {
    int node = message(m);
    // Step 1.A
    int before = NONE;
    for (long id : m.links.references()) {
      int referred = byId(id);
      if (before != NONE && parent[referred] == NONE && !below(before, referred)) {
        parent[referred] = before;
      }
      before = referred;
    }
    // Step 1.B
    parent[node] = NONE;
    if (before != NONE && !below(before, node)) {
      parent[node] = before;
    }
  }

  private int message(Message m) {
    long id = m.links.id();
    int known = id == 0 ? NONE : byId.get(id);
    int node;
    if (known != NONE && uid[known] == 0) {
      node = known; // others have referred to it
    } else {
      node = node();
      if (id != 0 && known == NONE) {
        byId.put(id, node);
      } // else it has none, or that of an earlier message, and nobody can refer to it
    }
    subjectChars = within(subjectChars + m.subject.length());
    uid[node] = m.uid;
    date[node] = m.date;
    subject[node] = m.subject;
    answers[node] = m.links.answers();
    return node;
  }

  private int byId(long id) {
    int known = byId.get(id);
    if (known != NONE) {
      return known;
    }
    int dummy = node();
    byId.put(id, dummy);
    return dummy;
  }

  private static long within(long chars) {
    if (chars > CHARS_MAX) {
      throw tooMany();
    }
    return chars;
  }

  private static CommandException tooMany() {
    return CommandException.no("LIMIT", "Too many messages to thread");
  }

  private int node() {
    if (nodes == NODES_MAX) {
      throw tooMany();
    }
    if (nodes == uid.length) {
      uid = Arrays.copyOf(uid, 2 * nodes);
      date = Arrays.copyOf(date, 2 * nodes);
      answers = Arrays.copyOf(answers, 2 * nodes);
      subject = Arrays.copyOf(subject, 2 * nodes);
      parent = Arrays.copyOf(parent, 2 * nodes);
    }
    parent[nodes] = NONE;
    return nodes++;
  }

  /// Whether `node` is `above` or below it, or so deep that nobody knows.
  private boolean below(int node, int above) {
    int n = node;
    for (int i = 0; i < ANCESTORS_MAX; i++) {
      if (n == above) {
        return true;
      }
      n = parent[n];
      if (n == NONE) {
        return false;
      }
    }
    return true;
  }

  private boolean dummy(int node) {
    return uid[node] == 0;
  }

  // ---- the forest

  ThreadTree build() {
    byId = null;
    switch (algorithm) {
      case ORDEREDSUBJECT -> bySubject();
      case REFERENCES -> {
        prune();
        mergeSubjects();
      }
      case REFS -> prune();
    }
    link();
    return this;
  }

  private void bySubject() {
    int[] order =
        Order.of(
            nodes,
            (a, b) -> {
              int c = subject[a].compareTo(subject[b]);
              return c != 0 ? c : byDate(a, b);
            });
    int root = NONE;
    for (int node : order) {
      if (root != NONE && subject[root].equals(subject[node])) {
        parent[node] = root;
      } else {
        root = node;
      }
    }
  }

  /// By date, then by place in the mailbox. UIDs tell the place; node numbers do not, for a message
  /// may take the number of the dummy that stood for it.
  private int byDate(int a, int b) {
    return date[a] != date[b] ? Long.compare(date[a], date[b]) : Long.compare(uid[a], uid[b]);
  }

  /// Steps 2 and 3: no dummies but at the top, and there only with several children.
  private void prune() {
    int[] top = new int[nodes]; // the real node above, or the highest dummy, or NONE
    int[] children = new int[nodes];
    for (int node = 0; node < nodes; node++) {
      top[node] = NONE;
      if (!dummy(node)) {
        int n = throughDummies(parent[node]);
        top[node] = n;
        if (n != NONE && dummy(n)) {
          children[n]++;
        }
      }
    }
    for (int node = 0; node < nodes; node++) {
      int n = top[node];
      parent[node] = n != NONE && dummy(n) && children[n] == 1 ? NONE : n;
      if (dummy(node) && children[node] < 2) {
        drop(node);
      }
    }
    dateDummies();
  }

  /// The first real node from here up, or the highest dummy. Dummies passed are hung below it, so
  /// that nobody walks a long way twice.
  private int throughDummies(int from) {
    int n = from;
    while (n != NONE && dummy(n) && parent[n] != NONE) {
      n = parent[n];
    }
    for (int d = from; d != n; ) {
      int up = parent[d];
      parent[d] = n;
      d = up;
    }
    return n;
  }

  /// A dummy that is gone hangs on itself.
  private void drop(int node) {
    parent[node] = node;
  }

  private boolean dropped(int node) {
    return parent[node] == node;
  }

  /// A dummy counts as its first child (step 4), which also gives it a subject (step 5.B.i).
  private void dateDummies() {
    for (int node = 0; node < nodes; node++) {
      int p = parent[node];
      if (p != NONE && !dropped(node) && dummy(p)) {
        takeFirst(p, node);
      }
    }
  }

  /// UIDs of the first children of dummies; a dummy's own is 0.
  private final Map<Integer, Long> firstUid = new HashMap<>();

  private void takeFirst(int dummy, int child) {
    long u = uidOrFirst(child);
    Long known = firstUid.get(dummy);
    if (known == null || date[child] < date[dummy] || (date[child] == date[dummy] && u < known)) {
      firstUid.put(dummy, u);
      date[dummy] = date[child];
      subject[dummy] = subject[child];
    }
  }

  private long uidOrFirst(int node) {
    return dummy(node) ? firstUid.getOrDefault(node, 0L) : uid[node];
  }

  private int bySiblings(long[] when, int a, int b) {
    return when[a] != when[b]
        ? Long.compare(when[a], when[b])
        : Long.compare(uidOrFirst(a), uidOrFirst(b));
  }

  /// Step 5.
  private void mergeSubjects() {
    int[] roots = roots();
    Map<String, Integer> table = new HashMap<>();
    for (int root : roots) {
      if (subject[root].isEmpty()) {
        continue;
      }
      Integer known = table.get(subject[root]);
      if (known == null || (!dummy(known) && (dummy(root) || (answers[known] && !answers[root])))) {
        table.put(subject[root], root);
      }
    }
    int[] oldParent = parent.clone();
    int before = nodes;
    Map<Integer, Integer> replaced = new HashMap<>();
    for (int root : roots) {
      String s = subject[root];
      if (s.isEmpty() || table.get(s) == root || parent[root] != NONE) {
        continue;
      }
      int other = table.get(s);
      if (dummy(root)) {
        replaced.put(root, other); // its children become the other's
        drop(root);
      } else if (dummy(other) || (answers[root] && !answers[other])) {
        parent[root] = other;
      } else {
        int both = node();
        subject[both] = s;
        takeFirst(both, other);
        parent[root] = both;
        parent[other] = both;
        table.put(s, both);
        other = both;
      }
      if (dummy(other)) {
        takeFirst(other, root);
      }
    }
    for (int node = 0; node < before; node++) {
      Integer now = oldParent[node] == NONE ? null : replaced.get(oldParent[node]);
      if (now != null && !dropped(node)) {
        parent[node] = now;
      }
    }
  }

  /// What has no parent, by date.
  private int[] roots() {
    int[] roots = new int[nodes];
    int n = 0;
    for (int node = 0; node < nodes; node++) {
      if (parent[node] == NONE) {
        roots[n++] = node;
      }
    }
    Order.sort(roots, n, (a, b) -> bySiblings(date, a, b));
    return Arrays.copyOf(roots, n);
  }

  /// Step 6: siblings by date; with REFS the threads by their newest message.
  private void link() {
    firstChild = new int[nodes];
    nextSibling = new int[nodes];
    Arrays.fill(firstChild, NONE);
    Arrays.fill(nextSibling, NONE);
    long[] when = algorithm == Algorithm.REFS ? newest() : date;
    int[] order =
        Order.of(
            nodes,
            (a, b) ->
                parent[a] != parent[b]
                    ? Integer.compare(parent[a], parent[b])
                    : bySiblings(parent[a] == NONE ? when : date, a, b));
    for (int i = order.length - 1; i >= 0; i--) {
      int node = order[i];
      if (dropped(node)) {
        continue;
      }
      if (parent[node] == NONE) {
        nextSibling[node] = firstRoot;
        firstRoot = node;
      } else {
        nextSibling[node] = firstChild[parent[node]];
        firstChild[parent[node]] = node;
      }
    }
  }

  /// Of each root the date of the newest message of its thread.
  private long[] newest() {
    long[] when = date.clone();
    int[] root = new int[nodes];
    Arrays.fill(root, NONE);
    for (int node = 0; node < nodes; node++) {
      if (dropped(node)) {
        continue;
      }
      int r = node;
      while (root[r] == NONE && parent[r] != NONE) {
        r = parent[r];
      }
      r = root[r] == NONE ? r : root[r];
      for (int n = node; n != r && root[n] == NONE; n = parent[n]) {
        root[n] = r;
      }
      root[r] = r;
      when[r] = Math.max(when[r], date[node]);
    }
    return when;
  }

  // ---- reading

  /// The first thread, or -1.
  int firstRoot() {
    return firstRoot;
  }

  /// The first child, or -1.
  int firstChild(int node) {
    return firstChild[node];
  }

  /// The next child of the same parent, or the next thread; -1 if there is none.
  int nextSibling(int node) {
    return nextSibling[node];
  }

  /// The message's UID; 0 for a dummy.
  long uid(int node) {
    return uid[node];
  }
}
