package org.posthorn.trust.transport;

/// A policy is none; the message says why, for people.
public final class BadPolicyException extends Exception {
  private static final long serialVersionUID = 1;

  BadPolicyException(String message) {
    super(message);
  }
}
