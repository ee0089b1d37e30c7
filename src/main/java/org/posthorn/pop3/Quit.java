package org.posthorn.pop3;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import org.posthorn.store.Changes;
import org.posthorn.store.Refused;
import org.posthorn.store.StoreUnavailable;
import org.posthorn.store.UidSet;

/// RFC 1939 §6: removes what was marked, and says so only when it is removed for good.
record Quit() implements Command {
  private static final System.Logger LOG = System.getLogger("posthorn.pop3");

  static Quit parse(Verb.Words words) {
    words.none();
    return new Quit();
  }

  @Override
  public void run(Pop3Session session) throws IOException {
    session.end();
    String goodbye = "+OK " + session.server().config().hostname() + " POP3 server signing off";
    if (!session.loggedIn()) {
      session.reply(goodbye);
      return;
    }
    int left = session.drop().left();
    try {
      remove(session);
      session.markSeen();
    } finally {
      session.releaseDrop(); // the client may come back as soon as it has the reply
    }
    String rest = left == 0 ? "maildrop empty" : Maildrop.messages(left) + " left";
    session.reply(goodbye + " (" + rest + ")");
  }

  private static void remove(Pop3Session session) {
    UidSet marked = session.drop().deletedUids();
    if (marked.isEmpty()) {
      return;
    }
    if (!session.holdsDrop()) {
      throw Refusal.temporary("another session took over, messages not removed");
    }
    try {
      Changes.Expunged removed = session.account().remove(session.drop().mailbox(), marked);
      session.removed(removed.uids().size());
    } catch (Refused e) {
      if (e.reason() != Refused.Reason.NONEXISTENT) {
        throw failed(session, e);
      }
      // The mailbox is gone, and all that was in it.
    } catch (StoreUnavailable e) {
      throw failed(session, e);
    }
  }

  private static Refusal failed(Pop3Session session, RuntimeException e) {
    LOG.log(WARNING, "pop3-remove-failed account={0} error={1}", session.account().id(), e);
    return Refusal.temporary("some deleted messages not removed"); // RFC 1939 §6
  }
}
