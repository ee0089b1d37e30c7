package org.posthorn.trust.list;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import org.posthorn.trust.Lookup;

/// All lists of domains. Any thread.
public final class DomainLists {
  /// Domains that are asked about in one call; of more, the first.
  private static final int DOMAINS_MAX = 40;

  public static final DomainLists NONE = new DomainLists(List.of(), Duration.ofSeconds(1), () -> 0);

  private final List<DnsList> lists;
  private final Duration patience;
  private final LongSupplier nanos;

  /// @param lists those of domains are asked, others are not
  /// @param patience for all questions of one call together
  /// @param nanos monotonic
  public DomainLists(Collection<DnsList> lists, Duration patience, LongSupplier nanos) {
    this.lists = lists.stream().filter(l -> l.settings().of() == ListSettings.Of.DOMAINS).toList();
    this.patience = patience;
    this.nanos = nanos;
  }

  public boolean isEmpty() {
    return lists.isEmpty();
  }

  /// Which of the domains are listed, and where. Every list is asked about every domain, all at
  /// once; what is not answered in time is not listed.
  ///
  /// @param domains with A-labels, in any case; what is no domain is not asked about
  public List<ListHit> lookup(Collection<String> domains) {
    if (lists.isEmpty()) {
      return List.of();
    }
    Set<String> distinct = new LinkedHashSet<>();
    for (String domain : domains) {
      if (askable(domain) && distinct.size() < DOMAINS_MAX) {
        distinct.add(domain.toLowerCase(Locale.ROOT));
      }
    }
    long until = nanos.getAsLong() + patience.toNanos();
    List<Lookup<ListAnswer>> asked = new ArrayList<>();
    for (DnsList list : lists) {
      for (String domain : distinct) {
        asked.add(Lookup.start("domain list", () -> list.domain(domain), nanos));
      }
    }
    List<ListHit> hits = new ArrayList<>();
    for (Lookup<ListAnswer> lookup : asked) {
      if (lookup.await(until) instanceof ListAnswer.Listed l) {
        hits.add(l.hit());
      }
    }
    return hits;
  }

  /// Lists of domains answer every address, and some with an error: they are not asked about one.
  private static boolean askable(String domain) {
    if (domain == null || domain.indexOf('.') <= 0 || domain.endsWith(".")) {
      return false;
    }
    char last = domain.charAt(domain.length() - 1);
    return (last < '0' || last > '9') && domain.charAt(0) != '[';
  }
}
