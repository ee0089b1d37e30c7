package org.posthorn.dns;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// One question with the chain of CNAMEs behind it. Of an answer only what belongs to the chain is
/// read; what else it holds is nobody's.
final class Lookup {
  /// CNAMEs between the name asked for and the one that has the records.
  private static final int CHAIN_MAX = 12;

  /// RFC 2308 §5: without an SOA there is no word on how long a negative answer holds.
  static final long TTL_UNKNOWN = -1;

  /// What was found.
  sealed interface Result {
    /// @param ttl in seconds, the least of the chain
    record Records(List<Record> records, Name name, long ttl, Security security)
        implements Result {}

    /// @param ttl in seconds, or [#TTL_UNKNOWN]
    record Nothing(boolean nameExists, long ttl, Security security) implements Result {}

    record Failure(Answer.Reason reason, String text) implements Result {}
  }

  private final Upstream upstream;
  private final int type;
  private final Work work;
  private final Set<Name> passed = new HashSet<>();
  private Name at;
  private long ttl = Integer.MAX_VALUE;
  private Security security = Security.SECURE; // until something is not

  Lookup(Upstream upstream, Question question, Work work) {
    this.upstream = upstream;
    this.at = question.name();
    this.type = question.type();
    this.work = work;
  }

  Result run() {
    while (true) {
      Message message;
      switch (upstream.ask(new Question(at, type), work)) {
        case Upstream.Said.Nothing(var reason, var text) -> {
          return new Result.Failure(reason, text);
        }
        case Upstream.Said.Message(var m, var proven, var holds) -> {
          message = m;
          ttl = Math.min(ttl, holds);
          security = proven == Security.SECURE ? security : Security.INSECURE;
        }
      }
      List<Record> answers = message.getSection(Section.ANSWER);
      Name before = at;
      if (!follow(answers)) {
        return new Result.Failure(
            Answer.Reason.CNAME_LOOP, Names.shown(before) + " leads into a circle of CNAMEs");
      }
      List<Record> found = of(answers, at, type);
      if (!found.isEmpty()) {
        found.forEach(r -> ttl = Math.min(ttl, r.getTTL()));
        return new Result.Records(found, at, ttl, security);
      }
      boolean unfinished =
          !at.equals(before) && message.getRcode() == Rcode.NOERROR && soa(message) == null;
      if (!unfinished) {
        return nothing(message);
      }
    }
  }

  /// Goes along the CNAMEs. False if they do not end.
  private boolean follow(List<Record> answers) {
    while (of(answers, at, type).isEmpty()) {
      List<Record> aliases = of(answers, at, Type.CNAME);
      if (aliases.isEmpty()) {
        return true;
      }
      if (!passed.add(at) || passed.size() > CHAIN_MAX) {
        return false;
      }
      ttl = Math.min(ttl, aliases.getFirst().getTTL());
      at = ((CNAMERecord) aliases.getFirst()).getTarget();
    }
    return true;
  }

  private Result nothing(Message message) {
    boolean exists = message.getRcode() != Rcode.NXDOMAIN; // of the chain's end, RFC 6604 §3
    SOARecord soa = soa(message);
    boolean searched =
        soa != null
            || message.getHeader().getFlag(Flags.AA)
            || message.getHeader().getFlag(Flags.RA);
    if (exists && !searched) {
      return new Result.Failure(
          Answer.Reason.SERVER_FAILURE, "the name server only points to others");
    }
    long negative =
        soa == null ? TTL_UNKNOWN : Math.min(ttl, Math.min(soa.getTTL(), soa.getMinimum()));
    return new Result.Nothing(exists, negative, security);
  }

  private static SOARecord soa(Message message) {
    for (Record r : message.getSection(Section.AUTHORITY)) {
      if (r instanceof SOARecord soa) {
        return soa;
      }
    }
    return null;
  }

  private static List<Record> of(List<Record> answers, Name name, int type) {
    List<Record> found = new ArrayList<>();
    for (Record r : answers) {
      if (r.getType() == type && r.getName().equals(name)) {
        found.add(r);
      }
    }
    return found;
  }
}
