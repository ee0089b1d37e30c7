package org.posthorn.store;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What somebody may do with a mailbox (RFC 4314 §2.1).
public record Rights(Set<Right> set) {
  public static final Rights NONE = new Rights(Set.of());

  /// What its owner may do, unless he has taken some of it from himself.
  public static final Rights ALL = new Rights(EnumSet.allOf(Right.class));

  /// What its owner may always do, or he could lock himself out.
  public static final Rights OWNER = Rights.of(Right.LOOKUP, Right.ADMINISTER);

  /// One right, with its letter.
  public enum Right {
    /// See it in LIST, subscribe.
    LOOKUP('l'),
    /// SELECT, FETCH, SEARCH, be the source of COPY.
    READ('r'),
    /// Keep `\Seen`.
    SEEN('s'),
    /// Set flags other than `\Seen` and `\Deleted`.
    WRITE('w'),
    /// APPEND, be the target of COPY.
    INSERT('i'),
    /// Send mail to its submission address.
    POST('p'),
    /// Make mailboxes below, be the new parent in RENAME.
    CREATE('k'),
    /// DELETE it, RENAME it away.
    DELETE_MAILBOX('x'),
    /// Set `\Deleted`.
    DELETE_MESSAGES('t'),
    EXPUNGE('e'),
    /// Change and see who may what.
    ADMINISTER('a');

    private final char letter;

    Right(char letter) {
      this.letter = letter;
    }

    public char letter() {
      return letter;
    }

    /// The right of that letter, or null.
    public static Right of(int letter) {
      for (Right r : values()) {
        if (r.letter == letter) return r;
      }
      return null;
    }
  }

  public Rights {
    set = Set.copyOf(set);
  }

  public static Rights of(Right... rights) {
    return new Rights(Set.of(rights));
  }

  public boolean has(Right right) {
    return set.contains(right);
  }

  public boolean hasAny(Right... rights) {
    for (Right r : rights) {
      if (has(r)) return true;
    }
    return false;
  }

  public boolean isEmpty() {
    return set.isEmpty();
  }

  public Rights plus(Rights more) {
    if (set.containsAll(more.set)) return this;
    Set<Right> out = EnumSet.noneOf(Right.class);
    out.addAll(set);
    out.addAll(more.set);
    return new Rights(out);
  }

  public Rights minus(Rights less) {
    Set<Right> out = EnumSet.noneOf(Right.class);
    out.addAll(set);
    out.removeAll(less.set);
    return new Rights(out);
  }

  /// One letter each, always in the same order.
  public String letters() {
    StringBuilder b = new StringBuilder();
    for (Right r : Right.values()) {
      if (has(r)) b.append(r.letter);
    }
    return b.toString();
  }

  // ---- flags (RFC 4314 §4)

  /// Bits of the system flags that these rights allow to change.
  public int systemFlags() {
    int bits = 0;
    if (has(Right.SEEN)) bits |= Flags.SEEN;
    if (has(Right.DELETE_MESSAGES)) bits |= Flags.DELETED;
    if (has(Right.WRITE)) bits |= Flags.ANSWERED | Flags.FLAGGED | Flags.DRAFT;
    return bits;
  }

  /// Whether these rights allow to change keywords.
  public boolean keywords() {
    return has(Right.WRITE);
  }

  /// Those of the flags that these rights allow to set.
  public Flags allowed(Flags flags) {
    return new Flags(flags.system() & systemFlags(), keywords() ? flags.keywords() : List.of());
  }
}
