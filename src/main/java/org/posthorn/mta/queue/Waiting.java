package org.posthorn.mta.queue;

/// Those recipients of one message that have one destination: the unit that is scheduled. Small,
/// for there may be a million. All guarded by [Dispatch].
final class Waiting {
  enum State {
    /// Has its time.
    DUE,
    /// Stands in its lane.
    READY,
    /// A worker has it.
    ACTIVE,
    /// Is not scheduled any more.
    GONE
  }

  final long id;
  final Lane lane;
  final byte priority;

  /// The numbers of its recipients are in this range.
  final int first;

  final int last;

  /// When, in milliseconds since 1970.
  long due;

  /// Whether rows say that it is tried later, though it is to be tried now.
  boolean early;

  /// Whether the rows changed while a worker had it.
  boolean stale;

  State state = State.DUE;
  Waiting sibling; // another of this message, or null
  Waiting before; // in the lane's list of those that are DUE
  Waiting after;
  int heapIndex = -1;

  Waiting(long id, Lane lane, int priority, int first, int last) {
    this.id = id;
    this.lane = lane;
    this.priority = (byte) priority;
    this.first = first;
    this.last = last;
  }

  QueueId queueId() {
    return new QueueId(id);
  }

  /// Order within a lane: priority (RFC 6710 §5), then arrival.
  static int inLane(Waiting a, Waiting b) {
    return a.priority != b.priority
        ? Byte.compare(b.priority, a.priority)
        : Long.compare(a.id, b.id);
  }
}
