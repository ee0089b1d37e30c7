package org.posthorn.directory;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.posthorn.store.AccountId;

/// A domain of ours, in memory.
final class Domain {
  private static final AtomicLong GENERATIONS = new AtomicLong();

  private final String name;
  private final long created;
  private final PartitionRows rows;
  private volatile long generation = GENERATIONS.incrementAndGet();
  private volatile First first = new First(0, null);
  private volatile Signing signing = new Signing(0, null);
  private volatile DomainSettings settings;

  private record Signing(long generation, List<SigningKey> keys) {}

  /// @param account null if the domain has none
  private record First(long generation, AccountId account) {}

  /// @param created milliseconds since 1970
  Domain(String name, long created, PartitionRows rows, DomainSettings settings) {
    this.settings = settings;
    this.name = name;
    this.created = created;
    this.rows = rows;
  }

  String name() {
    return name;
  }

  long created() {
    return created;
  }

  /// Their kind never changes.
  DomainSettings settings() {
    return settings;
  }

  void settings(DomainSettings other) {
    settings = other;
  }

  DomainSettings.Kind kind() {
    return settings.kind();
  }

  PartitionRows rows() {
    return rows;
  }

  /// Another value after each change of the domain's names, and never one that any domain of this
  /// process had. What was read is remembered under the generation in which reading began.
  long generation() {
    return generation;
  }

  /// Called after a change is durable, or may be, and before its caller is answered.
  void changed() {
    generation = GENERATIONS.incrementAndGet();
  }

  /// Whether [#first] is known.
  boolean knowsFirst() {
    return first.generation == generation;
  }

  /// Its oldest account, as found last.
  AccountId first() {
    return first.account;
  }

  void first(long inGeneration, AccountId account) {
    first = new First(inGeneration, account);
  }

  /// Its keys as found last; null if they may be others by now.
  List<SigningKey> signingKeys() {
    Signing now = signing;
    return now.generation == generation ? now.keys : null;
  }

  void signingKeys(long inGeneration, List<SigningKey> keys) {
    signing = new Signing(inGeneration, keys);
  }
}
