package org.posthorn.store.blob;

/// What a run of the compaction did.
///
/// @param segments files taken away
/// @param copied octets written again because they live
/// @param freed octets of the files taken away, less those copied
public record Compaction(int segments, long copied, long freed) {
  static final Compaction NOTHING = new Compaction(0, 0, 0);

  Compaction and(Compaction more) {
    return new Compaction(segments + more.segments, copied + more.copied, freed + more.freed);
  }
}
