package org.posthorn.directory;

import java.util.LinkedHashMap;
import java.util.Map;

/// A map of limited size that drops what was used longest ago. Not thread safe.
final class Recent<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1;

  private final int max;

  Recent(int max) {
    super(64, 0.75f, true);
    this.max = max;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > max;
  }
}
