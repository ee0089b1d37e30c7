package org.posthorn.trust.dmarc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Resolver;
import org.posthorn.trust.dmarc.DmarcRecord.Suffix;

/// Looks for DMARC records from a domain up to the root (RFC 9989 §4.10), for one message. No name
/// is asked for twice.
final class TreeWalk {
  /// RFC 9989 §4.10: so many labels are left of a longer name behind the first question.
  private static final int LABELS_MAX = 7;

  private static final Duration TIME_MAX = Duration.ofSeconds(20);

  private final Resolver dns;
  private final LongSupplier nanos;
  private final long start;
  private final Map<String, Optional<DmarcRecord>> known = new HashMap<>();
  private final Map<String, Path> paths = new HashMap<>();

  /// Nobody could tell.
  static final class Unanswered extends Exception {
    private static final long serialVersionUID = 1;

    Unanswered(String reason) {
      super(reason, null, false, false);
    }
  }

  /// @param name where the record is, without `_dmarc`
  record Place(String name, DmarcRecord record) {}

  /// What was found on the way up.
  ///
  /// @param organization the domain at whose top one organization begins
  /// @param policy whose record is for the domain, null if there is none
  record Path(String organization, Place policy) {}

  TreeWalk(Resolver dns, LongSupplier nanos) {
    this.dns = dns;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
  }

  /// The domain's own record, or null.
  DmarcRecord own(String domain) throws Unanswered {
    Optional<DmarcRecord> before = known.get(domain);
    if (before == null) {
      String name = "_dmarc." + domain;
      before =
          switch (ask(() -> dns.txt(name))) {
            case Answer.Found<String> found -> only(found.records());
            case Answer.Absent<String> _ -> Optional.empty();
            case Answer.Failed<String> failed ->
                throw new Unanswered("the DNS does not tell about " + name + ": " + failed.text());
          };
      known.put(domain, before);
    }
    return before.orElse(null);
  }

  /// Several are as good as none.
  private static Optional<DmarcRecord> only(List<String> texts) {
    List<DmarcRecord> records = new ArrayList<>();
    for (String text : texts) {
      DmarcRecord record = DmarcRecord.parse(text);
      if (record != null) {
        records.add(record);
      }
    }
    return records.size() == 1 ? Optional.of(records.getFirst()) : Optional.empty();
  }

  Path path(String domain) throws Unanswered {
    Path before = paths.get(domain);
    if (before == null) {
      before = walk(domain);
      paths.put(domain, before);
    }
    return before;
  }

  /// Of a domain whose path was asked for, "" of others.
  String organization(String domain) {
    Path path = paths.get(domain);
    return path == null ? "" : path.organization;
  }

  // RFC 9989 §4.10.1, §4.10.2
  private Path walk(String domain) throws Unanswered {
    String[] labels = domain.split("\\.");
    Place first = place(domain);
    if (first != null && first.record.suffix() != Suffix.UNKNOWN) {
      return new Path(domain, first);
    }
    Place last = first;
    for (int left = Math.min(labels.length - 1, LABELS_MAX); left > 0; left--) {
      Place place = place(end(labels, left));
      if (place == null) {
        continue;
      }
      switch (place.record.suffix()) {
        case NO -> {
          return new Path(place.name, first == null ? place : first);
        }
        case YES -> {
          String below = end(labels, left + 1);
          Place organization = place(below);
          Place policy = organization == null ? place : organization;
          return new Path(below, first == null ? policy : first);
        }
        case UNKNOWN -> last = place;
      }
    }
    return last == null
        ? new Path(domain, null)
        : new Path(last.name, first == null ? last : first);
  }

  private Place place(String name) throws Unanswered {
    DmarcRecord record = own(name);
    return record == null ? null : new Place(name, record);
  }

  private static String end(String[] labels, int count) {
    return String.join(".", List.of(labels).subList(labels.length - count, labels.length));
  }

  /// Whether there is such a domain, with whatever records (RFC 9989 §3.2.13).
  boolean exists(String domain) throws Unanswered {
    return switch (ask(() -> dns.ipv4(domain))) {
      case Answer.Found<?> _ -> true;
      case Answer.Absent<?> absent -> absent.nameExists();
      case Answer.Failed<?> failed ->
          throw new Unanswered("the DNS does not tell about " + domain + ": " + failed.text());
    };
  }

  private <T> T ask(Supplier<T> question) throws Unanswered {
    if (nanos.getAsLong() - start > TIME_MAX.toNanos()) {
      throw new Unanswered("the DNS took more than " + TIME_MAX.toSeconds() + " seconds");
    }
    return question.get();
  }
}
