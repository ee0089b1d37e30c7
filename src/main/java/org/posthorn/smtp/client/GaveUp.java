package org.posthorn.smtp.client;

/// Ends a conversation, with what to say of it. Never leaves the package.
final class GaveUp extends Exception {
  private static final long serialVersionUID = 1;

  private final transient Heard heard;

  GaveUp(Heard heard) {
    super(null, null, false, false);
    this.heard = heard;
  }

  Heard heard() {
    return heard;
  }
}
