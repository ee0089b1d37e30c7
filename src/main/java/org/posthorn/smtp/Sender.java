package org.posthorn.smtp;

/// What MAIL announces.
///
/// @param size declared by SIZE= (RFC 1870), 0 if it was not
public record Sender(ReversePath path, long size, Body body, MailOptions options) {
  public Sender(ReversePath path, long size, Body body) {
    this(path, size, body, MailOptions.NONE);
  }

  public Sender withOptions(MailOptions other) {
    return new Sender(path, size, body, other);
  }
}
