package org.posthorn.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.xbill.DNS.ResolverConfig;

/// The name servers that the machine is told to use. Read again from time to time, for they change
/// when it moves to another network.
final class SystemServers implements Supplier<List<InetSocketAddress>> {
  private static final long FRESH = Duration.ofMinutes(1).toNanos();

  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private List<InetSocketAddress> servers = List.of();
  private long read;

  SystemServers(LongSupplier nanos) {
    this.nanos = nanos;
  }

  @Override
  public List<InetSocketAddress> get() {
    lock.lock();
    try {
      if (servers.isEmpty() || nanos.getAsLong() - read >= FRESH) {
        servers = List.copyOf(new ResolverConfig().servers());
        read = nanos.getAsLong();
      }
      return servers;
    } finally {
      lock.unlock();
    }
  }
}
