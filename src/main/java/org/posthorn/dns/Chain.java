package org.posthorn.dns;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// The way from the trust anchor down to the keys of a zone (RFC 4035 §5), or to the proof that
/// there are none. Any thread.
///
/// It is found from below: who signed the answer to the question for a zone's DS is the zone above
/// it, whatever lies between their names; where nobody signed it, that zone must be proven to be
/// unsigned.
final class Chain {
  /// How long what is known without asking anybody holds.
  private static final long KNOWN = Duration.ofHours(1).toSeconds();

  private static final int DENIALS_MAX = 8;

  private final Upstream upstream;
  private final TrustAnchors anchors;
  private final Set<Name> unsigned;
  private final InstantSource clock;
  private final TrustCache cache;

  /// @param unsigned nothing at and below these names is validated
  Chain(
      Upstream upstream,
      TrustAnchors anchors,
      Set<Name> unsigned,
      InstantSource clock,
      TrustCache cache) {
    this.upstream = upstream;
    this.anchors = anchors;
    this.unsigned = Set.copyOf(unsigned);
    this.clock = clock;
    this.cache = cache;
  }

  Instant now() {
    return clock.instant();
  }

  /// The zone that is said to have signed a set. Null if nobody who could have.
  Name signer(SignedSet set) {
    Name signer = set.signer();
    return signer != null && reaches(set.name(), signer) ? signer : null;
  }

  /// Whether the way from a name's anchor passes a zone above it. What lies above the anchor says
  /// nothing.
  private boolean reaches(Name name, Name zone) {
    Name anchor = anchors.above(name);
    return anchor == null || zone.subdomain(anchor);
  }

  Trust of(Name name, Work work) {
    Name anchor = anchors.above(name);
    for (Name at = name; ; at = new Name(at, 1)) {
      Trust known = cache.get(at);
      boolean tells = at.equals(name) ? known != null : known instanceof Trust.Insecure;
      if (tells) {
        return known;
      }
      if (unsigned.contains(at)) {
        return new Trust.Insecure(KNOWN);
      }
      if (at.equals(anchor)) {
        break;
      }
      if (at.equals(Name.root)) {
        return new Trust.Insecure(KNOWN); // no anchor is above it
      }
    }
    Trust found =
        name.equals(anchor) ? keys(name, anchors.at(name), KNOWN * 24, work) : below(name, work);
    if (!(found instanceof Trust.Bogus && work.exceeded())) {
      cache.put(name, found);
    }
    return found;
  }

  /// What is to be made of an answer about a name that nobody signed: [Trust.Insecure], or why it
  /// cannot be used.
  ///
  /// @param zone what the answer itself says is the zone; null if it says nothing
  Trust unsigned(Name name, Name zone, Work work) {
    if (zone != null && name.subdomain(zone) && !zone.equals(name) && reaches(name, zone)) {
      Trust said = of(zone, work);
      if (said instanceof Trust.Insecure || said instanceof Trust.Unknown) {
        return said;
      }
    }
    return switch (of(name, work)) {
      case Trust.Keys k -> new Trust.Bogus(Names.shown(name) + ": the signature is missing");
      case Trust.Inside i -> new Trust.Bogus(Names.shown(name) + ": the signature is missing");
      case Trust.Insecure i -> i;
      case Trust.Bogus b -> b;
      case Trust.Unknown u -> u;
    };
  }

  /// Below an anchor: what the zone above says.
  private Trust below(Name name, Work work) {
    Message answer;
    switch (upstream.ask(new Question(name, Type.DS), work)) {
      case Upstream.Said.Nothing(var reason, var text) -> {
        return new Trust.Unknown(reason, text);
      }
      case Upstream.Said.Message m -> answer = m.message();
    }
    List<Record> records = answer.getSection(Section.ANSWER);
    SignedSet ds = SignedSet.of(records, name, Type.DS);
    if (!ds.isEmpty()) {
      return signed(ds, answer, work);
    }
    SignedSet alias = SignedSet.of(records, name, Type.CNAME);
    if (!alias.isEmpty()) {
      return signed(alias, answer, work);
    }
    return denied(name, answer, work);
  }

  private Trust signed(SignedSet set, Message answer, Work work) {
    Name zone = signer(set);
    if (zone == null) {
      return above(set.name(), answer, work);
    }
    if (zone.equals(set.name())) {
      return new Trust.Bogus(Names.shown(zone) + ": has signed its own DS");
    }
    switch (of(zone, work)) {
      case Trust.Keys above -> {
        switch (Signatures.check(set, zone, above.keys(), now(), work)) {
          case Signatures.Checked.Bad(var text) -> {
            return new Trust.Bogus(text);
          }
          case Signatures.Checked.Good good -> {
            long seconds = Math.min(good.seconds(), above.seconds());
            if (set.type() == Type.CNAME) {
              return new Trust.Inside(seconds); // where a CNAME is, no zone begins
            }
            if (good.labels() < set.labels()) {
              return new Trust.Bogus(Names.shown(set.name()) + ": a DS out of a wildcard");
            }
            List<DSRecord> digests = Signatures.usableDigests(set.records());
            return digests.isEmpty()
                ? new Trust.Insecure(seconds)
                : keys(set.name(), digests, seconds, work);
          }
        }
      }
      case Trust.Inside i -> {
        return noZone(zone);
      }
      case Trust.Insecure i -> {
        return i;
      }
      case Trust.Bogus b -> {
        return b;
      }
      case Trust.Unknown u -> {
        return u;
      }
    }
  }

  private Trust denied(Name name, Message answer, Work work) {
    Name zone = denier(name, answer);
    if (zone == null) {
      return above(name, answer, work);
    }
    if (zone.equals(name)) {
      return new Trust.Bogus(Names.shown(name) + ": denies its own DS");
    }
    return switch (of(zone, work)) {
      case Trust.Keys above -> {
        Denied denied = denial(answer, above, work);
        long seconds = Math.min(denied.seconds(), above.seconds());
        yield switch (denied.denial().cut(name)) {
          case INSECURE -> new Trust.Insecure(seconds);
          case NONE -> new Trust.Inside(seconds);
          case UNPROVEN ->
              new Trust.Bogus(Names.shown(name) + ": nothing proves that it has no DS");
        };
      }
      case Trust.Inside i -> noZone(zone);
      case Trust.Insecure i -> i;
      case Trust.Bogus b -> b;
      case Trust.Unknown u -> u;
    };
  }

  /// An answer about a DS that nobody signed is of a zone that is not signed; where that is the
  /// zone above, everything below is not, either.
  private Trust above(Name name, Message answer, Work work) {
    Name zone = soa(answer);
    if (zone != null && zone.equals(name)) {
      zone = null;
    }
    Name parent = new Name(name, 1);
    Trust said = unsigned(parent, zone, work);
    return said instanceof Trust.Bogus && !(of(parent, work) instanceof Trust.Bogus)
        ? new Trust.Bogus(Names.shown(name) + ": nobody has signed whether it has a DS")
        : said;
  }

  /// The keys of a zone, if one of those that are vouched for has signed them.
  ///
  /// @param vouched DS or DNSKEY records
  private Trust keys(Name zone, List<? extends Record> vouched, long seconds, Work work) {
    Message answer;
    switch (upstream.ask(new Question(zone, Type.DNSKEY), work)) {
      case Upstream.Said.Nothing(var reason, var text) -> {
        return new Trust.Unknown(reason, text);
      }
      case Upstream.Said.Message m -> answer = m.message();
    }
    SignedSet set = SignedSet.of(answer.getSection(Section.ANSWER), zone, Type.DNSKEY);
    if (set.isEmpty()) {
      return new Trust.Bogus(Names.shown(zone) + ": has a DS, but no DNSKEY");
    }
    List<DNSKEYRecord> usable = Signatures.usable(set);
    List<DNSKEYRecord> entries = Signatures.vouched(usable, vouched);
    if (entries.isEmpty()) {
      return new Trust.Bogus(Names.shown(zone) + ": nobody vouches for its keys");
    }
    return switch (Signatures.check(set, zone, entries, now(), work)) {
      case Signatures.Checked.Bad(var text) -> new Trust.Bogus(text);
      case Signatures.Checked.Good good ->
          new Trust.Keys(zone, usable, Math.min(seconds, good.seconds()));
    };
  }

  private static Trust noZone(Name signer) {
    return new Trust.Bogus(Names.shown(signer) + ": has signed, but is no zone");
  }

  /// What was denied, and how long that holds.
  record Denied(Denial denial, long seconds) {}

  /// The zone that denies, as the answer says. Null if nobody signed that.
  Name denier(Name name, Message answer) {
    List<Record> authority = answer.getSection(Section.AUTHORITY);
    for (int type : List.of(Type.NSEC, Type.NSEC3)) {
      for (SignedSet set : SignedSet.all(authority, type, DENIALS_MAX)) {
        Name signer = set.signer();
        if (signer != null && name.subdomain(signer) && reaches(name, signer)) {
          return signer;
        }
      }
    }
    return null;
  }

  /// Those of an answer's NSEC and NSEC3 records that the zone has signed. Without any, nothing is
  /// proven.
  Denied denial(Message answer, Trust.Keys zone, Work work) {
    List<Record> authority = answer.getSection(Section.AUTHORITY);
    List<NSECRecord> plain = new ArrayList<>();
    List<NSEC3Record> hashed = new ArrayList<>();
    long seconds = KNOWN;
    for (int type : List.of(Type.NSEC, Type.NSEC3)) {
      for (SignedSet set : SignedSet.all(authority, type, DENIALS_MAX)) {
        var checked = Signatures.check(set, zone.zone(), zone.keys(), now(), work);
        if (checked instanceof Signatures.Checked.Good(int labels, long holds)
            && labels == set.labels()) {
          seconds = Math.min(seconds, holds);
          for (Record r : set.records()) {
            switch (r) {
              case NSECRecord n -> plain.add(n);
              case NSEC3Record n -> hashed.add(n);
              default -> {}
            }
          }
        }
      }
    }
    Denial denial =
        plain.isEmpty()
            ? new Nsec3Denial(zone.zone(), hashed, work)
            : new NsecDenial(zone.zone(), plain);
    return new Denied(denial, seconds);
  }

  /// The zone that an answer without records says it comes from. Null if it does not.
  static Name soa(Message answer) {
    for (Record r : answer.getSection(Section.AUTHORITY)) {
      if (r.getType() == Type.SOA) {
        return r.getName();
      }
    }
    return null;
  }
}
