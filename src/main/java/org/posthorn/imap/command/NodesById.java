package org.posthorn.imap.command;

/// Nodes of a [ThreadTree] by the hash of their message identifier: two arrays instead of two
/// objects for each.
final class NodesById {
  private long[] ids = new long[128]; // 0: free
  private int[] nodes = new int[128];
  private int count;

  /// The node, or -1.
  int get(long id) {
    int i = place(id);
    return ids[i] == 0 ? -1 : nodes[i];
  }

  /// @param id not 0, and not here yet
  void put(long id, int node) {
    if (2 * ++count > ids.length) {
      grow();
    }
    int i = place(id);
    ids[i] = id;
    nodes[i] = node;
  }

  /// Where it is, or would be.
  private int place(long id) {
    int i = (int) id & ids.length - 1;
    while (ids[i] != 0 && ids[i] != id) {
      i = i + 1 & ids.length - 1;
    }
    return i;
  }

  private void grow() {
    long[] oldIds = ids;
    int[] oldNodes = nodes;
    ids = new long[2 * oldIds.length];
    nodes = new int[ids.length];
    for (int old = 0; old < oldIds.length; old++) {
      if (oldIds[old] != 0) {
        int i = place(oldIds[old]);
        ids[i] = oldIds[old];
        nodes[i] = oldNodes[old];
      }
    }
  }
}
