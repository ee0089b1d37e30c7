package org.posthorn.dns;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.xbill.DNS.Name;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Whether the name servers that are asked hand on signatures. Those of many routers and of old
/// forwarders do not, and with them every signed name would seem forged: then nothing is validated,
/// and it is said once. Any thread.
///
/// Looked at with the first question, or before it by [#look], and then once an hour. Who could
/// make it seem so could as well keep us from all mail; but where signatures have arrived, it must
/// be so twice, an hour apart, before it is believed.
final class SignatureWatch {
  private static final System.Logger LOG = System.getLogger("posthorn.dns");

  private static final long AGAIN = Duration.ofHours(1).toNanos();

  /// When nobody answered the question whether they arrive.
  private static final long SOON = Duration.ofMinutes(1).toNanos();

  private static final long PATIENCE = Duration.ofSeconds(5).toNanos();

  enum State {
    UNTRIED,
    ARRIVE,
    MISSING
  }

  /// @param era grows when answers from before say the wrong thing of their security
  private record Seen(State state, int era) {}

  private final Upstream upstream;
  private final Name anchor;
  private final LongSupplier nanos;
  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile Seen seen = new Seen(State.UNTRIED, 0);
  private volatile long next;
  private boolean missed; // what was seen an hour ago; of whoever looks

  SignatureWatch(Upstream upstream, Name anchor, LongSupplier nanos) {
    this.upstream = upstream;
    this.anchor = anchor;
    this.nanos = nanos;
  }

  State state() {
    return seen.state;
  }

  /// Answers of another era than this are not to be used.
  int era() {
    return seen.era;
  }

  /// Whether an answer that comes now is to be validated. Waits only if nobody knows yet.
  boolean arrive(Work work) {
    if (seen.state == State.UNTRIED) {
      look(Math.min(work.end(), nanos.getAsLong() + PATIENCE));
    } else if (nanos.getAsLong() - next >= 0 && looking.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .name("dnssec watch")
          .start(() -> {
            try {
              look(nanos.getAsLong() + PATIENCE);
            } finally {
              looking.set(false);
            }
          });
    }
    return seen.state != State.MISSING;
  }

  /// Finds out.
  ///
  /// @param end in nanoseconds of the ticker
  void look(long end) {
    Upstream.Said said = upstream.ask(new Question(anchor, Type.DNSKEY), new Work(end));
    settle(said);
  }

  private synchronized void settle(Upstream.Said said) {
    long now = nanos.getAsLong();
    switch (said) {
      case Upstream.Said.Message m -> {
        var records = m.message().getSection(Section.ANSWER);
        SignedSet keys = SignedSet.of(records, anchor, Type.DNSKEY);
        next = now + AGAIN;
        if (!keys.isEmpty() && !keys.signatures().isEmpty()) {
          arrived();
        } else {
          missing("dnssec-missing cause=\"the name servers leave out signatures\"");
        }
      }
      case Upstream.Said.Nothing(var reason, var text) -> {
        next = now + SOON;
        if (seen.state == State.UNTRIED && !Thread.currentThread().isInterrupted()) {
          missing("dnssec-missing cause=\"no answer to the first question: " + text + "\"");
        }
      }
    }
  }

  private void arrived() {
    missed = false;
    switch (seen.state) {
      case UNTRIED -> seen = new Seen(State.ARRIVE, seen.era);
      case ARRIVE -> {}
      case MISSING -> {
        LOG.log(INFO, "dnssec-back");
        seen = new Seen(State.ARRIVE, seen.era + 1);
      }
    }
  }

  private void missing(String event) {
    boolean believed = seen.state != State.ARRIVE || missed;
    missed = true;
    if (believed && seen.state != State.MISSING) {
      LOG.log(WARNING, event + " effect=\"nothing is validated, and DANE is off\"");
      seen = new Seen(State.MISSING, seen.era + 1);
    }
  }
}
