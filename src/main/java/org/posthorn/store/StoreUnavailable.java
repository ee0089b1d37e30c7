package org.posthorn.store;

/// The store cannot write or read just now (disk full, failed sync, damaged row). Nothing that was
/// answered is lost; trying again later is right.
public final class StoreUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1;

  public StoreUnavailable(String text, Throwable cause) {
    super(text, cause);
  }
}
