package org.posthorn.directory;

import org.posthorn.directory.DirectoryException.Reason;

/// What a domain is to us, its row `z`.
///
/// @param separators characters each of which begins the detail of a sub-address; "": there are no
///   sub-addresses
/// @param aliasOf the domain whose names an ALIAS has; "" for others
/// @param anyRecipient of a BACKUP: every address is taken, not only those listed
public record DomainSettings(Kind kind, String separators, String aliasOf, boolean anyRecipient) {
  /// What a domain is to us.
  public enum Kind {
    /// Its names are here.
    OWN(0),
    /// It has the names of another domain.
    ALIAS(1),
    /// Others are for it; we keep its mail while they cannot take it.
    BACKUP(2);

    private final int code;

    Kind(int code) {
      this.code = code;
    }

    private static Kind of(int code) {
      for (Kind k : values()) {
        if (k.code == code) return k;
      }
      throw RowText.Reader.damaged("domain of kind " + code);
    }
  }

  static final String USUAL_SEPARATORS = "+";

  static final DomainSettings USUAL = new DomainSettings(Kind.OWN, USUAL_SEPARATORS, "", false);

  /// The first form of the row had a state alone, of a domain that is as usual.
  private static final int FORMAT_USUAL = 1;

  private static final int FORMAT = 2;
  private static final int ACTIVE = 1;
  private static final int REMOVED = 2;

  /// What a separator may be: it stands unquoted in an address (RFC 5322 §3.2.3), and people do not
  /// take it for a part of a name.
  private static final String POSSIBLE = "+-=_.#~!%&*/^|$";

  static DomainSettings aliasOf(String domain) {
    return new DomainSettings(Kind.ALIAS, "", domain, false);
  }

  static DomainSettings backup(boolean anyRecipient) {
    return new DomainSettings(Kind.BACKUP, USUAL_SEPARATORS, "", anyRecipient);
  }

  DomainSettings withSeparators(String other) {
    for (int i = 0; i < other.length(); i++) {
      if (POSSIBLE.indexOf(other.charAt(i)) < 0 || other.indexOf(other.charAt(i)) < i) {
        throw new DirectoryException(
            Reason.INVALID, "a separator is one or several of " + POSSIBLE + ": " + other);
      }
    }
    return new DomainSettings(kind, other, aliasOf, anyRecipient);
  }

  DomainSettings withAnyRecipient(boolean other) {
    return new DomainSettings(kind, separators, aliasOf, other);
  }

  byte[] encode() {
    if (equals(USUAL)) return new RowText.Writer(FORMAT_USUAL).u8(ACTIVE).done();
    return new RowText.Writer(FORMAT)
        .u8(ACTIVE)
        .u8(kind.code)
        .text(separators)
        .text(aliasOf)
        .u8(anyRecipient ? 1 : 0)
        .done();
  }

  /// The row of a domain that is being removed.
  static byte[] removed() {
    return new RowText.Writer(FORMAT_USUAL).u8(REMOVED).done();
  }

  /// Null if the domain is being removed, or has no row.
  static DomainSettings decode(byte[] row) {
    if (row == null) return null;
    RowText.Reader r = new RowText.Reader(row, FORMAT_USUAL, FORMAT);
    if (r.u8() != ACTIVE) return null;
    if (r.format() == FORMAT_USUAL) return USUAL;
    return new DomainSettings(Kind.of(r.u8()), r.text(), r.text(), r.u8() != 0);
  }
}
