package org.posthorn.directory;

import java.util.Map;

/// Names read lately, also those that do not exist. A change of a domain makes all of its entries
/// unreachable, see [Domain#generation]; they leave as the eldest.
final class NameCache {
  private static final int ENTRIES_MAX = 20_000;

  private record Key(long generation, String name) {}

  /// @param row null if there is no such name
  record Entry(NameRow row) {}

  private final Map<Key, Entry> entries = new Recent<>(ENTRIES_MAX); // guarded by itself

  /// Null if not known.
  Entry get(long generation, String name) {
    Key key = new Key(generation, name);
    synchronized (entries) {
      return entries.get(key);
    }
  }

  void put(long generation, String name, NameRow row) {
    Key key = new Key(generation, name);
    synchronized (entries) {
      entries.put(key, new Entry(row));
    }
  }

  int size() {
    synchronized (entries) {
      return entries.size();
    }
  }
}
