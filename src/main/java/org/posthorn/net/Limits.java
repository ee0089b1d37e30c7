package org.posthorn.net;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// How many connections are allowed, together and from one address, and how many there are. One
/// instance is shared by all listeners of a server, with its counters and its buffers.
public final class Limits {
  public static final int CONNECTIONS = 20_000;
  public static final int PER_ADDRESS = 100;

  private final int max;
  private final int maxPerAddress;
  private final NetworkSet exempt;
  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentHashMap<InetAddress, Integer> openByAddress = new ConcurrentHashMap<>();
  private final Counters counters = new Counters();
  private final Buffers buffers = new Buffers();

  /// @param max connections of all listeners together; nobody is exempt
  /// @param maxPerAddress connections of one IPv4 address or one IPv6 /64
  /// @param exempt networks without a limit per address, and [Connection#trusted]
  public Limits(int max, int maxPerAddress, NetworkSet exempt) {
    if (max < 1 || maxPerAddress < 1) {
      throw new IllegalArgumentException("a limit below one lets nobody in");
    }
    this.max = max;
    this.maxPerAddress = maxPerAddress;
    this.exempt = exempt;
  }

  /// The default limits, with 127.0.0.1 and ::1 exempt.
  public Limits() {
    this(CONNECTIONS, PER_ADDRESS, NetworkSet.LOOPBACK);
  }

  public Counters counters() {
    return counters;
  }

  /// Connections that are open now.
  public int open() {
    return open.get();
  }

  /// Addresses (or /64s) that are not exempt and have a connection now.
  public int addresses() {
    return openByAddress.size();
  }

  /// Bytes of buffers that connections hold now.
  public long bufferBytes() {
    return (long) buffers.inUse() * Buffers.SIZE;
  }

  Buffers buffers() {
    return buffers;
  }

  boolean exempts(InetAddress address) {
    return exempt.contains(address);
  }

  boolean enter() {
    if (open.incrementAndGet() > max) {
      open.decrementAndGet();
      return false;
    }
    return true;
  }

  void leave() {
    open.decrementAndGet();
  }

  /// @param key of [Addresses#limitKey]
  boolean enter(InetAddress key) {
    boolean[] entered = {false};
    openByAddress.compute(
        key,
        (k, count) -> {
          entered[0] = count == null || count < maxPerAddress;
          return count == null ? Integer.valueOf(1) : entered[0] ? count + 1 : count;
        });
    return entered[0];
  }

  void leave(InetAddress key) {
    openByAddress.computeIfPresent(key, (k, count) -> count == 1 ? null : count - 1);
  }
}
