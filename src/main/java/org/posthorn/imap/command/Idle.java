package org.posthorn.imap.command;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.time.Duration;
import org.posthorn.imap.Extension;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.net.Ticker;
import org.posthorn.store.ChangeBus;

/// RFC 2177. While it lasts, a second virtual thread tells what changes and says now and then that
/// we are still here; the session's own thread only waits for DONE.
record Idle() implements Command {
  private static final int LINE_MAX = 1000;

  private static final System.Logger LOG = System.getLogger("posthorn.imap");

  static Idle parse(ImapReader in) {
    return new Idle();
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    s.out().raw("+ idling").crlf().flush();
    SessionView view = s.view();
    s.server().counters().idling.increment();
    String line;
    var teller = new Teller(s, view);
    Thread thread =
        Thread.ofVirtual().name("imap-idle #" + s.connection().id()).start(teller::tell);
    try {
      s.in().done();
      s.connection().timeout(s.server().config().idleTimeout());
      line = s.connection().awaitCommand() ? s.in().plainLine(LINE_MAX) : null;
    } finally {
      teller.end(thread);
      s.connection().timeout(s.server().config().dataTimeout());
      s.server().counters().idling.decrement();
    }
    if (teller.failure != null) {
      throw teller.failure;
    }
    if (line == null) {
      throw CommandException.bye(
          s.connection().draining() ? "UNAVAILABLE" : null, "Server ends IDLE");
    }
    if (!line.equalsIgnoreCase("DONE")) {
      throw CommandException.bad("Expected DONE");
    }
    return Reply.OK;
  }

  /// Writes while the session waits. The session's other fields are left alone until the thread has
  /// ended.
  private static final class Teller {
    private final ImapSession s;
    private final SessionView view;
    private final ChangeBus.Subscription changes;

    /// The client has said DONE, or is gone.
    private volatile boolean ended;

    /// Read after the thread has ended.
    private CommandException failure;

    Teller(ImapSession s, SessionView view) {
      this.s = s;
      this.view = view;
      boolean all =
          view == null
              || (s.has(Extension.METADATA) && view.account().id().equals(s.account().id()));
      this.changes =
          all
              ? s.server().store().bus().subscribe(s.account().id(), null)
              : s.server().store().bus().subscribe(view.account().id(), view.id());
    }

    void tell() {
      Ticker ticker = s.server().ticker();
      long every = s.server().config().stillHere().toNanos();
      long next = ticker.nanos() + every;
      try {
        tellChanges(); // what happened before the subscription
        while (true) {
          long left = next - ticker.nanos();
          if (left <= 0) {
            s.untaggedOk(null, "Still here");
            s.out().flush();
            next = ticker.nanos() + every;
            continue;
          }
          boolean changed = changes.await(Duration.ofNanos(left));
          if (ended) {
            return;
          }
          if (changed) {
            tellChanges();
          }
        }
      } catch (CommandException e) {
        failure = e;
        giveUp();
      } catch (IOException e) {
        giveUp();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.log(DEBUG, "imap-idle-failure", e);
        failure = CommandException.bye("UNAVAILABLE", "Temporary failure, try again later");
        giveUp();
      }
    }

    private void tellChanges() throws IOException {
      if (view != null) {
        view.tell(s.out(), true); // RFC 2177 §3: IDLE is in progress, so expunges may be told
        view.release();
      }
      s.tellMetadata();
      s.out().flush();
    }

    /// Nothing more can be told: says so and cuts the connection, which wakes the session.
    private void giveUp() {
      try {
        if (failure != null) {
          s.out().raw("* BYE ").raw(failure.getMessage()).crlf().flush();
        }
      } catch (IOException e) {
        LOG.log(DEBUG, "imap-idle-gone", e);
      }
      s.connection().close();
    }

    void end(Thread thread) {
      ended = true;
      changes.close();
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
