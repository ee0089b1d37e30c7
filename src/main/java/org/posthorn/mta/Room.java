package org.posthorn.mta;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.posthorn.mime.Part;
import org.posthorn.store.Message;

/// Memory for messages that are being judged. A judge may wait for name servers as long as their
/// owner likes, and until then what a message holds cannot go: large headers of many strangers at
/// once would fill the heap. Octets are counted as they are at most. Any thread.
///
/// Small headers and large ones have half of it each, so that who brings large ones keeps nobody
/// from bringing such as people write.
final class Room {
  /// What counts as a small header.
  private static final long SMALL_MAX = 32 * 1024;

  /// No more of a header is kept (MimeScanner, SignedMessage).
  private static final long HEADER_MAX = 512 * 1024;

  /// A header is kept once as it is, and once for signatures, in an array that has doubled.
  private static final int COPIES = 3;

  /// Of the objects for fields, of which none is shorter than 4 octets, and of all that is kept.
  private static final int FIELDS_FACTOR = 40;

  private static final long FIELDS_MAX = 320 * 1024;

  /// A part without its header.
  private static final long PART = 512;

  /// What a session has besides.
  private static final long BASE = 8 * 1024;

  /// So much of the heap: one of so many parts.
  private static final int SHARES = 4;

  private static final int UNIT = 1024;

  private final Semaphore small;
  private final Semaphore large;

  /// @param octets for all
  Room(long octets) {
    int most = Math.clamp(octets / 2 / UNIT, units(Long.MAX_VALUE), Integer.MAX_VALUE);
    small = new Semaphore(most, true);
    large = new Semaphore(most, true);
  }

  /// A part of the heap, with room for one of the largest at least.
  static Room ofHeap() {
    return new Room(Runtime.getRuntime().maxMemory() / SHARES);
  }

  /// What one message has. To be closed.
  static final class Place implements AutoCloseable {
    private final Semaphore of;
    private int units;

    private Place(Semaphore of, int units) {
      this.of = of;
      this.units = units;
    }

    /// The message is read, and its parts may have headers, too: takes what they need.
    ///
    /// @return false if there is not so much now
    boolean fit(Message message) {
      int need = Room.units(message.structure().bodyStart()) + (int) (nested(message) / UNIT);
      int more = need - units;
      if (more > 0 && !of.tryAcquire(more)) {
        return false;
      }
      of.release(Math.max(0, -more));
      units = need;
      return true;
    }

    @Override
    public void close() {
      of.release(units);
      units = 0;
    }
  }

  /// A place for a message. Waits for it.
  ///
  /// @param header octets of it
  /// @return null if there is none in that time
  Place take(long header, Duration patience) {
    Semaphore of = header <= SMALL_MAX ? small : large;
    int units = units(header);
    try {
      boolean there = of.tryAcquire(units, patience.toNanos(), TimeUnit.NANOSECONDS);
      return there ? new Place(of, units) : null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /// What is kept of the parts.
  private static long nested(Message message) {
    return Math.min(2 * HEADER_MAX, nested(message.structure()));
  }

  private static long nested(Part part) {
    long octets = 0;
    for (Part child : part.children()) {
      octets += PART + child.bodyStart() - child.headerStart() + nested(child);
    }
    return octets;
  }

  private static int units(long header) {
    long kept = Math.min(header, HEADER_MAX);
    long octets = BASE + COPIES * kept + Math.min(FIELDS_FACTOR * kept, FIELDS_MAX);
    return Math.toIntExact((octets + UNIT - 1) / UNIT);
  }

  /// Octets that are free.
  long free() {
    return (long) UNIT * (small.availablePermits() + large.availablePermits());
  }
}
