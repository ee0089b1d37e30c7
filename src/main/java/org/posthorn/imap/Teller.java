package org.posthorn.imap;

import static java.lang.System.Logger.Level.DEBUG;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.net.Ticker;
import org.posthorn.store.AccountId;
import org.posthorn.store.ChangeBus;

/// A second thread that tells what changes while the session's own thread only waits for its
/// client: during IDLE, and between commands where NOTIFY asks for it. All other fields of the
/// session are left alone by one while the other works; [#end] is the border.
public final class Teller {
  private static final System.Logger LOG = System.getLogger("posthorn.imap");

  /// How long to wait for a change when nothing else is due.
  private static final Duration LONG = Duration.ofHours(1);

  private final ImapSession s;

  /// How often to say that we are still here; null for never.
  private final Duration stillHere;

  /// Replaced by the thread alone; closed by the session to end it.
  private volatile ChangeBus.Subscription changes;

  private final Thread thread;

  /// The client has said something, or is gone.
  private volatile boolean ended;

  /// Read after the thread has ended.
  private CommandException failure;

  private Teller(ImapSession s, Duration stillHere) {
    this.s = s;
    this.stillHere = stillHere;
    this.changes = subscribe(s);
    this.thread = Thread.ofVirtual().name("imap-tell #" + s.connection().id()).unstarted(this::run);
  }

  /// @param stillHere how often to say that we are still here; null for never
  public static Teller start(ImapSession s, Duration stillHere) {
    var teller = new Teller(s, stillHere);
    teller.thread.start();
    return teller;
  }

  private void run() {
    try {
      tell();
    } catch (CommandException e) {
      failure = e;
      giveUp();
    } catch (IOException e) {
      giveUp();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.log(DEBUG, "imap-tell-failure", e);
      failure = CommandException.bye("UNAVAILABLE", "Temporary failure, try again later");
      giveUp();
    }
  }

  private void tell() throws IOException, InterruptedException {
    Ticker ticker = s.server().ticker();
    long every = stillHere == null ? LONG.toNanos() : stillHere.toNanos();
    long next = ticker.nanos() + every;
    tellChanges(); // what happened before the subscription
    while (true) {
      long left = next - ticker.nanos();
      if (left <= 0) {
        if (stillHere != null) {
          s.untaggedOk(null, "Still here");
          s.out().flush();
        }
        next = ticker.nanos() + every;
        continue;
      }
      boolean changed = changes.await(Duration.ofNanos(left));
      if (ended) {
        return;
      }
      if (changed) {
        renew();
        tellChanges();
      }
    }
  }

  /// Somebody may have begun to share mailboxes, whose changes are to be heard from now on.
  private void renew() {
    if (s.news().chosen()) {
      ChangeBus.Subscription old = changes;
      changes = subscribe(s);
      old.close();
      if (ended) {
        changes.close(); // the session may have closed the old one
      }
    }
  }

  private void tellChanges() throws IOException {
    SessionView view = s.view();
    s.news().tellUnasked(stillHere != null);
    if (view != null) {
      view.release();
    }
    s.out().flush();
  }

  /// To all that may be told.
  private static ChangeBus.Subscription subscribe(ImapSession s) {
    ChangeBus bus = s.server().store().bus();
    SessionView view = s.view();
    if (!s.news().chosen()) {
      boolean all =
          view == null
              || (s.news().tellsMetadata() && view.account().id().equals(s.account().id()));
      return all
          ? bus.subscribe(s.account().id(), null)
          : bus.subscribe(view.account().id(), view.id());
    }
    Set<AccountId> accounts = new HashSet<>();
    accounts.add(s.account().id());
    if (view != null) {
      accounts.add(view.account().id());
    }
    for (Place p : s.places()) {
      accounts.add(p.account().id());
    }
    return bus.subscribe(accounts);
  }

  /// Nothing more can be told: says so and cuts the connection, which wakes the session.
  private void giveUp() {
    try {
      if (failure != null) {
        s.out().raw("* BYE ").text(failure.getMessage()).crlf().flush();
      }
    } catch (IOException e) {
      LOG.log(DEBUG, "imap-tell-gone", e);
    }
    s.connection().close();
  }

  /// Ends the thread; from here on the session writes itself.
  ///
  /// @throws CommandException BYE, if there was no telling any more
  public void end() {
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

  /// Why the session must end; null if it need not. To be asked after [#end].
  public CommandException failure() {
    return failure;
  }
}
