package org.posthorn.mta;

import java.util.Collection;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.Headers;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.ReversePath;
import org.posthorn.store.Account;

/// One of those whose mail we send into the world, and what he may do.
sealed interface Submitter {

  /// For logs, trace and queue.
  String name();

  /// Null if mail may leave under this reverse-path, else the refusal.
  Reply refusal(ReversePath path);

  /// Null if the message may name its authors, else the refusal.
  Reply refusal(Headers headers);

  /// Counts a message; null if it may go.
  Reply take(Collection<EmailAddress> recipients);

  /// The value of a From field that is missing.
  String author(ReversePath path);

  /// The owner of an account: sends under his own addresses alone.
  record Owner(Mta mta, AccountIdentity identity) implements Submitter {
    @Override
    public String name() {
      return identity.name();
    }

    @Override
    public Reply refusal(ReversePath path) {
      boolean own = path.isNull() || mta.directory().owns(identity.account(), path.address());
      if (!own) {
        return Reply.of(550, "5.7.1", "You may not send as " + path.address());
      }
      Account account = mta.store().account(identity.account());
      String why = account == null ? "it is removed" : SendingLimits.frozen(account);
      return why == null ? null : stopped(SendingLimits.text(why));
    }

    @Override
    public Reply refusal(Headers headers) {
      return Authors.refusal(mta.directory(), identity.account(), headers);
    }

    @Override
    public Reply take(Collection<EmailAddress> recipients) {
      Account account = mta.store().account(identity.account());
      String why =
          account == null
              ? SendingLimits.text("it is removed")
              : mta.limits().take(account, identity.address(), recipients);
      return why == null ? null : stopped(why);
    }

    private static Reply stopped(String why) {
      return Reply.of(450, "4.7.1", why);
    }

    @Override
    public String author(ReversePath path) {
      return (path.isNull() ? identity.address() : path.address()).toString();
    }
  }

  /// A program on a machine that may send for everybody: in a network that is named for it, or the
  /// administrator on this one.
  record Trusted(Mta mta, String name) implements Submitter {
    @Override
    public Reply refusal(ReversePath path) {
      return null;
    }

    @Override
    public Reply refusal(Headers headers) {
      return null;
    }

    @Override
    public Reply take(Collection<EmailAddress> recipients) {
      return null;
    }

    @Override
    public String author(ReversePath path) {
      return path.isNull()
          ? "postmaster@" + mta.config().defaultDomain()
          : path.address().toString();
    }
  }
}
