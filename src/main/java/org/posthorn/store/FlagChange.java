package org.posthorn.store;

/// What STORE does with the flags of each message (RFC 9051 §6.4.6).
///
/// @param system bits of the system flags that REPLACE may change
/// @param keywords whether REPLACE may change keywords
public record FlagChange(Op op, Flags flags, int system, boolean keywords) {
  public enum Op {
    REPLACE,
    ADD,
    REMOVE
  }

  public FlagChange(Op op, Flags flags) {
    this(op, flags, Flags.ALL_SYSTEM, true);
  }

  /// The part of it that somebody may do; what he may not change stays as it is (RFC 4314 §4).
  public FlagChange allowedBy(Rights rights) {
    Flags allowed = rights.allowed(flags);
    return op == Op.REPLACE
        ? new FlagChange(op, allowed, system & rights.systemFlags(), keywords && rights.keywords())
        : new FlagChange(op, allowed);
  }

  /// The system flags of a message that has these.
  long system(long have) {
    return switch (op) {
      case REPLACE -> have & ~system | flags.system() & system;
      case ADD -> have | flags.system();
      case REMOVE -> have & ~flags.system();
    };
  }

  /// The keywords of a message that has these.
  ///
  /// @param bits those of [#flags]
  long keywords(long have, long bits) {
    return switch (op) {
      case REPLACE -> keywords ? bits : have;
      case ADD -> have | bits;
      case REMOVE -> have & ~bits;
    };
  }

  /// Whether it cannot change anything.
  public boolean isNothing() {
    return op == Op.REPLACE
        ? system == 0 && !keywords
        : flags.system() == 0 && flags.keywords().isEmpty();
  }
}
