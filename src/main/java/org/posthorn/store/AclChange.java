package org.posthorn.store;

/// How one entry of an access control list changes (RFC 4314 §3.1, §3.2).
///
/// @param rights to have, to have besides, or not to have any more
public record AclChange(Grantee grantee, Op op, Rights rights) {
  public enum Op {
    REPLACE,
    ADD,
    REMOVE
  }
}
