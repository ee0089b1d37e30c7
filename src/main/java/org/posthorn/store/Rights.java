package org.posthorn.store;

import java.util.EnumSet;
import java.util.Set;

/// What somebody may do with a mailbox (RFC 4314 §2.1).
public record Rights(Set<Right> set) {
  /// What its owner may do.
  public static final Rights ALL = new Rights(EnumSet.allOf(Right.class));

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
  }

  public Rights {
    set = Set.copyOf(set);
  }

  public boolean has(Right right) {
    return set.contains(right);
  }
}
