package org.posthorn.imap;

import java.io.IOException;
import java.time.Duration;

/// Tells a client now and then how far its command has got (RFC 9585), so that it neither gives up
/// nor asks again. Nothing for commands that are quick.
public final class Progress {
  /// RFC 9585 §4: about every ten seconds.
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final ImapSession s;

  /// In the ticker's nanoseconds.
  private long next;

  private Progress(ImapSession s) {
    this.s = s;
    this.next = s.server().ticker().nanos() + EVERY.toNanos();
  }

  /// Of the command that begins now.
  public static Progress begin(ImapSession s) {
    return new Progress(s);
  }

  public boolean isDue() {
    return s.server().ticker().nanos() - next >= 0;
  }

  /// @param done of `goal` messages
  public void tell(long done, long goal) throws IOException {
    next = s.server().ticker().nanos() + EVERY.toNanos();
    String tag = "\"" + s.tag() + "\""; // a tag has no character that needs care in quotes
    s.untaggedOk("INPROGRESS (" + tag + " " + done + " " + goal + ")", "Still working");
    s.out().flush();
  }
}
