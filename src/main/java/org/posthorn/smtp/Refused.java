package org.posthorn.smtp;

/// A command that cannot be carried out, thrown from wherever that is noticed and turned into its
/// reply in one place, the session's loop. It has no stack trace: it describes the client's doing.
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Reply reply;

  public Refused(Reply reply) {
    super(reply.toString(), null, false, false);
    this.reply = reply;
  }

  public Refused(int code, String enhanced, String text) {
    this(Reply.of(code, enhanced, text));
  }

  public Reply reply() {
    return reply;
  }
}
