package org.posthorn.store;

/// What STORE does with the flags of each message (RFC 9051 §6.4.6).
public record FlagChange(Op op, Flags flags) {
  public enum Op {
    REPLACE,
    ADD,
    REMOVE
  }
}
