package org.posthorn.dns;

import java.util.List;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;

/// Proofs by NSEC: the zone's names in order, each with the next one (RFC 4035 §5.4).
final class NsecDenial implements Denial {
  private final Name zone;
  private final List<NSECRecord> records;

  /// @param records verified, each of a name of the zone
  NsecDenial(Name zone, List<NSECRecord> records) {
    this.zone = zone;
    this.records = List.copyOf(records);
  }

  @Override
  public Proof noData(Name name, int type) {
    NSECRecord here = at(name);
    if (here != null) {
      return of(Denial.without(here::hasType, type));
    }
    NSECRecord around = around(name);
    if (around == null) {
      return Proof.UNPROVEN;
    }
    if (around.getNext().subdomain(name)) {
      return Proof.PROVEN; // nothing but names below it, RFC 4592 §2.2.2
    }
    NSECRecord wildcard = at(wildcard(closest(name, around)));
    return of(wildcard != null && Denial.without(wildcard::hasType, type));
  }

  @Override
  public Proof noName(Name name) {
    if (compact(name)) {
      return Proof.PROVEN;
    }
    NSECRecord around = around(name);
    if (around == null || around.getNext().subdomain(name)) {
      return Proof.UNPROVEN;
    }
    return of(around(wildcard(closest(name, around))) != null);
  }

  @Override
  public Proof noCloser(Name name, int labels) {
    NSECRecord around = around(name);
    return of(
        around != null
            && !around.getNext().subdomain(name)
            && closest(name, around).labels() - 1 <= labels);
  }

  @Override
  public Cut cut(Name name) {
    NSECRecord here = at(name);
    if (here != null) {
      return Denial.cut(here::hasType);
    }
    return around(name) == null ? Cut.UNPROVEN : Cut.NONE;
  }

  @Override
  public boolean compact(Name name) {
    NSECRecord here = at(name);
    return here != null && here.hasType(NXNAME);
  }

  private NSECRecord at(Name name) {
    for (NSECRecord r : records) {
      if (r.getName().equals(name)) {
        return r;
      }
    }
    return null;
  }

  /// The one between whose two names a name is missing. Null if there is none.
  private NSECRecord around(Name name) {
    if (!name.subdomain(zone)) {
      return null;
    }
    for (NSECRecord r : records) {
      boolean last = r.getNext().compareTo(r.getName()) <= 0;
      boolean missing =
          r.getName().compareTo(name) < 0 && (last || name.compareTo(r.getNext()) < 0);
      boolean speaks = !(name.subdomain(r.getName()) && Denial.leadsAway(r::hasType));
      if (missing && speaks && r.getNext().subdomain(zone)) {
        return r;
      }
    }
    return null;
  }

  /// The longest name above a missing one that exists.
  private static Name closest(Name name, NSECRecord around) {
    Name one = common(name, around.getName());
    Name other = common(name, around.getNext());
    return one.labels() >= other.labels() ? one : other;
  }

  private static Name common(Name name, Name other) {
    Name at = name;
    while (!other.subdomain(at)) {
      at = new Name(at, 1);
    }
    return at;
  }

  private static Name wildcard(Name above) {
    return Names.below("*", above);
  }

  private static Proof of(boolean proven) {
    return proven ? Proof.PROVEN : Proof.UNPROVEN;
  }
}
