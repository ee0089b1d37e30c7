package org.posthorn.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;

/// The name servers we ask, one after another and again, until one answers or the time is over.
final class NameServers implements Upstream {
  private static final int SERVERS_MAX = 3;
  private static final int ROUNDS = 3;

  private final Supplier<List<InetSocketAddress>> servers;
  private final long patience;
  private final LongSupplier nanos;
  private final boolean signatures;
  private final Wire wire;

  /// @param signatures whether they are wanted, for somebody to validate
  NameServers(
      Supplier<List<InetSocketAddress>> servers,
      Duration patience,
      boolean signatures,
      LongSupplier nanos) {
    this.servers = servers;
    this.patience = patience.toNanos();
    this.signatures = signatures;
    this.nanos = nanos;
    this.wire = new Wire(nanos);
  }

  @Override
  public Said ask(Question question, Work work) {
    long end = work.end();
    if (!work.query()) {
      return new Said.Nothing(
          Answer.Reason.SERVER_FAILURE, Names.shown(question.name()) + " takes too many questions");
    }
    List<InetSocketAddress> all = servers.get().stream().limit(SERVERS_MAX).toList();
    Set<InetSocketAddress> useless = new HashSet<>();
    var nothing = new Said.Nothing(Answer.Reason.TIMEOUT, "no answer in time");
    for (int round = 0; round < ROUNDS; round++) {
      for (InetSocketAddress server : all) {
        long now = nanos.getAsLong();
        if (end - now <= 0 || Thread.currentThread().isInterrupted()) {
          return nothing;
        }
        if (useless.contains(server)) {
          continue;
        }
        try {
          Message m = exchange(question, server, now + Math.min(patience << round, end - now));
          int rcode = m.getRcode();
          if (rcode == Rcode.NOERROR || rcode == Rcode.NXDOMAIN) {
            return Said.Message.unproven(m);
          }
          useless.add(server); // its answer will be the same in a second
          nothing = failure(server, "says " + Rcode.string(rcode));
        } catch (SocketTimeoutException e) {
          if (useless.isEmpty()) {
            nothing =
                new Said.Nothing(Answer.Reason.TIMEOUT, "no answer in time from " + text(server));
          }
        } catch (IOException e) {
          useless.add(server);
          nothing = failure(server, "is out of reach: " + e.getMessage());
        }
      }
    }
    return nothing;
  }

  private Message exchange(Question question, InetSocketAddress server, long end)
      throws IOException {
    Message query = Message.newQuery(Record.newRecord(question.name(), question.type(), DClass.IN));
    Message bare = query.clone();
    if (signatures) {
      query.getHeader().setFlag(Flags.CD); // we judge, RFC 6840 §5.9
    }
    int flags = signatures ? ExtendedFlags.DO : 0;
    query.addRecord(new OPTRecord(Wire.DATAGRAM_MAX, 0, 0, flags), Section.ADDITIONAL);
    Message answer = wire.exchange(query, server, end);
    boolean puzzled =
        switch (answer.getRcode()) {
          case Rcode.FORMERR, Rcode.NOTIMP, Rcode.BADVERS -> true;
          default -> false;
        };
    return puzzled ? wire.exchange(bare, server, end) : answer; // RFC 6891 §6.2.2
  }

  private static Said.Nothing failure(InetSocketAddress server, String what) {
    return new Said.Nothing(
        Answer.Reason.SERVER_FAILURE, "name server " + text(server) + " " + what);
  }

  private static String text(InetSocketAddress server) {
    return server.getAddress() == null
        ? server.toString()
        : server.getAddress().getHostAddress() + ":" + server.getPort();
  }
}
