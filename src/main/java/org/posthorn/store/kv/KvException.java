package org.posthorn.store.kv;

/// A read, or a write of local rows, failed: the engine is in trouble, or the disk gives back what
/// was not written.
public final class KvException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public KvException(String message, Throwable cause) {
    super(message, cause);
  }
}
