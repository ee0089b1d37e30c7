package org.posthorn.dns;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;

/// All records of a name and type in an answer, and the signatures that came with them. More
/// records than anybody publishes are as good as none that is signed; of many signatures the first
/// are looked at.
record SignedSet(Name name, int type, List<Record> records, List<RRSIGRecord> signatures) {
  private static final int RECORDS_MAX = 256;
  private static final int SIGNATURES_MAX = 8;

  static SignedSet of(List<Record> section, Name name, int type) {
    List<Record> records = new ArrayList<>();
    List<RRSIGRecord> signatures = new ArrayList<>();
    for (Record r : section) {
      if (!r.getName().equals(name)) {
        continue;
      }
      if (r.getType() == type) {
        records.add(r);
      } else if (r instanceof RRSIGRecord s
          && s.getTypeCovered() == type
          && signatures.size() < SIGNATURES_MAX) {
        signatures.add(s);
      }
    }
    return new SignedSet(name, type, records, signatures);
  }

  /// Those of all names that have records of a type.
  static List<SignedSet> all(List<Record> section, int type, int max) {
    Set<Name> names = new LinkedHashSet<>();
    for (Record r : section) {
      if (r.getType() == type && names.size() < max) {
        names.add(r.getName());
      }
    }
    return names.stream().map(n -> of(section, n, type)).toList();
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  /// The zone that is said to have signed it: one at or above the name (RFC 4035 §5.3.1). Null if
  /// there is no such signature.
  Name signer() {
    for (RRSIGRecord s : signatures) {
      if (name.subdomain(s.getSigner())) {
        return s.getSigner();
      }
    }
    return null;
  }

  boolean tooLarge() {
    return records.size() > RECORDS_MAX;
  }

  RRset rrset() {
    return new RRset(records);
  }

  /// Labels of the name without the root and without an asterisk, as a signature counts them (RFC
  /// 4034 §3.1.3).
  int labels() {
    int labels = name.labels() - 1;
    return name.isWild() ? labels - 1 : labels;
  }
}
