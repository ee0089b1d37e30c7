package org.posthorn.trust.transport;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Resolver;

/// Finds the policies of domains (RFC 8461 §3 and §5.1). Any thread; waits for name servers and
/// policy hosts.
///
/// The record of the domain is asked for every time, which the resolver's cache makes cheap; the
/// policy itself only when the record names another one than is kept, or what is kept has ended.
/// What is kept holds until its end, whatever else fails.
public final class MtaSts {
  /// After a failure the same policy is not asked for again for so long (RFC 8461 §3.3).
  public static final Duration RETRY = Duration.ofMinutes(5);

  /// A policy older than this, or than half of its life, is fetched again before it ends.
  public static final Duration REFRESH = Duration.ofDays(1);

  /// A policy that no mail has gone by for so long is left to its end.
  public static final Duration UNUSED = Duration.ofDays(30);

  /// How exactly the last use is kept, for each new time is a write.
  private static final Duration USE_STEP = Duration.ofDays(1);

  /// Failures that are remembered; beyond, the oldest are forgotten.
  private static final int FAILURES_MAX = 10_000;

  private static final int KEPT_A_LOOK = 100;

  private static final System.Logger LOG = System.getLogger("posthorn.trust.transport");

  /// What is known of a domain's policy.
  ///
  /// @param policy null without one
  /// @param failure null unless a policy is there, or a newer one, and could not be had
  /// @param reason of the failure, for people, printable ASCII; "" without
  public record Found(StsPolicy policy, TlsFailure failure, String reason) {
    static final Found NONE = new Found(null, null, "");
  }

  private record Failure(String id, long since, TlsFailure failure, String reason) {}

  private final Resolver resolver;
  private final PolicyFetcher fetcher;
  private final PolicyStore store;
  private final LongSupplier nanos;
  private final Counters counters = new Counters();
  private final Map<String, CompletableFuture<Found>> underWay = new ConcurrentHashMap<>();
  private final Map<String, Failure> failures = new LinkedHashMap<>(); // guarded by itself

  /// @param nanos of a clock that only goes forward
  public MtaSts(Resolver resolver, PolicyFetcher fetcher, PolicyStore store, LongSupplier nanos) {
    this.resolver = resolver;
    this.fetcher = fetcher;
    this.store = store;
    this.nanos = nanos;
  }

  public Counters counters() {
    return counters;
  }

  /// The policy of mail to a domain.
  ///
  /// @param domain A-labels in lower case
  public Found find(String domain, Instant now) {
    KeptPolicy there = store.find(domain);
    KeptPolicy kept = there != null && there.holds(now) ? there : null;
    if (kept != null && Duration.between(kept.used(), now).compareTo(USE_STEP) > 0) {
      kept = kept.usedAt(now);
      keep(domain, kept);
    }
    String id = id(domain);
    if (id == null || kept != null && kept.id().equals(id)) {
      return kept == null ? Found.NONE : new Found(kept.policy(), null, "");
    }
    return together(domain, id, kept, now);
  }

  private String id(String domain) {
    return resolver.txt(StsRecord.LABEL + domain) instanceof Answer.Found<String> f
        ? StsRecord.id(f.records())
        : null;
  }

  /// Many messages may want the same policy at once: one fetches it, all get it.
  private Found together(String domain, String id, KeptPolicy kept, Instant now) {
    Failure before = failure(domain, id);
    if (before != null) {
      return failed(kept, before.failure, before.reason);
    }
    CompletableFuture<Found> mine = new CompletableFuture<>();
    CompletableFuture<Found> other = underWay.putIfAbsent(domain, mine);
    if (other != null) {
      return other.join();
    }
    try {
      Found found = fetch(domain, id, kept, now, now);
      mine.complete(found);
      return found;
    } finally {
      underWay.remove(domain);
      mine.complete(failed(kept, TlsFailure.STS_POLICY_FETCH_ERROR, "interrupted")); // or nothing
    }
  }

  private static Found failed(KeptPolicy kept, TlsFailure failure, String reason) {
    return new Found(kept == null ? null : kept.policy(), failure, reason);
  }

  private Found fetch(String domain, String id, KeptPolicy kept, Instant now, Instant used) {
    Found found =
        switch (fetcher.fetch(domain)) {
          case PolicyFetcher.Fetched.Failed f -> failed(kept, f.failure(), f.reason());
          case PolicyFetcher.Fetched.Body b -> read(b, kept);
        };
    if (found.failure == null) {
      counters.policiesFetched.increment();
      keep(domain, new KeptPolicy(id, found.policy, now, used));
      return found;
    }
    counters.policyFetchesFailed.increment();
    remember(domain, new Failure(id, nanos.getAsLong(), found.failure, found.reason));
    if (kept == null || kept.policy().mode() != StsPolicy.Mode.NONE) { // RFC 8461 §3.3
      LOG.log(
          WARNING,
          "mta-sts-failed domain={0} result={1} kept={2} reason={3}",
          domain,
          found.failure.word(),
          kept != null,
          found.reason);
    }
    return found;
  }

  private static Found read(PolicyFetcher.Fetched.Body body, KeptPolicy kept) {
    String type = body.contentType().split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!type.equals("text/plain")) { // RFC 8461 §3.2
      return failed(kept, TlsFailure.STS_POLICY_INVALID, "the policy is not text/plain");
    }
    try {
      return new Found(StsPolicy.parse(body.octets()), null, "");
    } catch (BadPolicyException e) {
      return failed(kept, TlsFailure.STS_POLICY_INVALID, e.getMessage());
    }
  }

  /// Mail goes on without; the policy is fetched again next time.
  private void keep(String domain, KeptPolicy policy) {
    try {
      store.keep(domain, policy);
    } catch (RuntimeException e) {
      LOG.log(WARNING, "mta-sts-not-kept domain={0} reason={1}", domain, e.toString());
    }
  }

  private Failure failure(String domain, String id) {
    synchronized (failures) {
      Failure f = failures.get(domain);
      boolean recent = f != null && nanos.getAsLong() - f.since < RETRY.toNanos();
      return recent && f.id.equals(id) ? f : null;
    }
  }

  private void remember(String domain, Failure failure) {
    synchronized (failures) {
      failures.remove(domain);
      failures.put(domain, failure);
      if (failures.size() > FAILURES_MAX) {
        failures.remove(failures.keySet().iterator().next());
      }
    }
  }

  /// Fetches again what is to end and is still in use, and forgets what has ended. To be called
  /// once an hour or so; ends early when the thread is interrupted.
  public void refresh(Instant now) {
    String after = "";
    while (!Thread.currentThread().isInterrupted()) {
      SequencedMap<String, KeptPolicy> some = store.after(after, KEPT_A_LOOK);
      for (Map.Entry<String, KeptPolicy> e : some.entrySet()) {
        refresh(e.getKey(), e.getValue(), now);
        after = e.getKey();
      }
      if (some.size() < KEPT_A_LOOK) {
        return;
      }
    }
  }

  private void refresh(String domain, KeptPolicy kept, Instant now) {
    if (!kept.holds(now)) {
      store.forget(domain);
      return;
    }
    Duration age = Duration.between(kept.fetched(), now);
    Duration half = kept.policy().maxAge().dividedBy(2);
    boolean due = age.compareTo(half.compareTo(REFRESH) < 0 ? half : REFRESH) >= 0;
    boolean used = Duration.between(kept.used(), now).compareTo(UNUSED) < 0;
    if (!due || !used || Thread.currentThread().isInterrupted()) {
      return;
    }
    String id = id(domain);
    if (id == null) {
      if (kept.policy().mode() != StsPolicy.Mode.NONE) {
        LOG.log(
            WARNING,
            "mta-sts-failed domain={0} result={1} kept=true reason={2}",
            domain,
            TlsFailure.STS_POLICY_FETCH_ERROR.word(),
            "there is no record of the policy any more");
      }
      return;
    }
    if (failure(domain, id) == null && fetch(domain, id, kept, now, kept.used()).failure == null) {
      LOG.log(INFO, "mta-sts-refreshed domain={0}", domain);
    }
  }
}
