package org.posthorn.trust.transport;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// Policies kept as long as a test.
public final class MemoryPolicies implements PolicyStore {
  private final NavigableMap<String, KeptPolicy> all = new ConcurrentSkipListMap<>();

  @Override
  public KeptPolicy find(String domain) {
    return all.get(domain);
  }

  @Override
  public void keep(String domain, KeptPolicy policy) {
    all.put(domain, policy);
  }

  @Override
  public void forget(String domain) {
    all.remove(domain);
  }

  @Override
  public SequencedMap<String, KeptPolicy> after(String after, int max) {
    SequencedMap<String, KeptPolicy> some = new LinkedHashMap<>();
    for (Map.Entry<String, KeptPolicy> e : all.tailMap(after, false).entrySet()) {
      if (some.size() < max) {
        some.put(e.getKey(), e.getValue());
      }
    }
    return some;
  }
}
