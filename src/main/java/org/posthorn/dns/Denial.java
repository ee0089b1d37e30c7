package org.posthorn.dns;

import java.util.function.IntPredicate;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/// What the NSEC or NSEC3 records of one answer, all of them signed by one zone, prove.
interface Denial {
  /// A type that stands for "no such name" (RFC 9824 §3.2).
  int NXNAME = 128;

  /// How far it is proven.
  enum Proof {
    PROVEN,
    /// But for names of zones that are not signed, or with a proof that costs too much: what was
    /// answered is to be treated as if it was not signed.
    INSECURE,
    UNPROVEN
  }

  /// What is at a name, as the zone above it says.
  enum Cut {
    /// A zone that is not signed.
    INSECURE,
    /// No zone of its own.
    NONE,
    UNPROVEN
  }

  /// The name has no records of a type.
  Proof noData(Name name, int type);

  /// There is no such name.
  Proof noName(Name name);

  /// Nothing is nearer to a name than the wildcard that answered for it.
  ///
  /// @param labels of the wildcard without its asterisk and the root
  Proof noCloser(Name name, int labels);

  /// Whether an unsigned zone begins at a name, as the answer to a question for its DS says.
  Cut cut(Name name);

  /// Whether there is a record at the name itself that says there is no such name.
  boolean compact(Name name);

  /// Whether what is at a name lets a record of the zone speak for the name below or at it.
  ///
  /// @param types says whether the name has records of a type
  static boolean leadsAway(IntPredicate types) {
    boolean delegated = types.test(Type.NS) && !types.test(Type.SOA);
    return delegated || types.test(Type.DNAME); // RFC 6840 §4.1, §4.4
  }

  /// Whether types at the name itself say that it has none of the type asked for.
  static boolean without(IntPredicate types, int type) {
    if (types.test(type) || types.test(Type.CNAME)) {
      return false;
    }
    // A DS belongs to the zone above, everything else to the one below (RFC 4035 §5.4, RFC 6840
    // §4.4).
    boolean above = types.test(Type.NS) && !types.test(Type.SOA);
    return type == Type.DS ? !types.test(Type.SOA) : !above;
  }

  /// @param types at the name itself
  static Cut cut(IntPredicate types) {
    if (types.test(Type.SOA) || types.test(Type.DS)) {
      return Cut.UNPROVEN; // of the zone below, or there is a DS
    }
    return types.test(Type.NS) ? Cut.INSECURE : Cut.NONE;
  }
}
