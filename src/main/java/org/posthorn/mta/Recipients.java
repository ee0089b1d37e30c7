package org.posthorn.mta;

import java.net.InetAddress;
import java.util.List;
import org.posthorn.directory.Resolution;
import org.posthorn.directory.Target;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.Srs.Reversed;
import org.posthorn.mta.queue.Destination;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Reply;
import org.posthorn.store.Account;

/// Decides about one recipient, when it is named: everything that can be refused is refused then.
final class Recipients {
  private final Mta mta;

  Recipients(Mta mta) {
    this.mta = mta;
  }

  /// @param reply positive if `accepted` is there
  record Decision(Reply reply, Accepted accepted) {
    static Decision refused(Reply reply) {
      return new Decision(reply, null);
    }

    static Decision accepted(Accepted accepted) {
      return new Decision(Reply.of(250, "2.1.5", "Recipient ok"), accepted);
    }
  }

  /// @param relay mail for elsewhere is taken: of our own people, and of named networks
  /// @param local our address that the client connected to; null if there was no connection
  /// @param size of the message as announced, 0 if it was not
  /// @param bounce the reverse-path is null
  Decision decide(Recipient r, boolean relay, InetAddress local, long size, boolean bounce) {
    EmailAddress back = bounce && !r.path().isPostmaster() ? rewritten(r.path().address()) : null;
    if (back != null) {
      Recipient original = new Recipient(new ForwardPath(back), r.told(), r.original());
      return mta.directory().isOurs(back.domain()) // since then
          ? resolved(original, false, local, size)
          : elsewhere(original);
    }
    return resolved(r, relay, local, size);
  }

  private Decision resolved(Recipient r, boolean relay, InetAddress local, long size) {
    return switch (resolve(r.path(), local)) {
      case Resolution.NotOurs _ -> relay ? elsewhere(r) : Decision.refused(notOurs());
      case Resolution.NoSuchUser _ -> Decision.refused(noSuchUser());
      case Resolution.Tangled _ -> Decision.refused(tangled());
      case Resolution.Found f -> found(r, f, size);
      case Resolution.Forwarded f -> {
        Decision d = found(r, f.found(), size);
        yield d.accepted() == null ? d : new Decision(willForward(f.to()), d.accepted());
      }
      case Resolution.Moved m -> Decision.refused(moved(m.to()));
      case Resolution.BackupFor b ->
          Decision.accepted(Accepted.elsewhere(r, new Destination.Domain(b.domain())));
    };
  }

  /// A bounce of mail that we sent on comes back under the sender that we made (SRS): whose mail it
  /// was; null if the address is none of those.
  EmailAddress rewritten(EmailAddress address) {
    boolean ours = mta.directory().isOurs(address.domain());
    return ours && mta.srs().reverse(address, mta.now().toInstant()) instanceof Reversed.Original o
        ? o.address()
        : null;
  }

  private static Decision elsewhere(Recipient r) {
    String domain = r.path().address().domain();
    return Decision.accepted(Accepted.elsewhere(r, new Destination.Domain(domain)));
  }

  private Decision found(Recipient r, Resolution.Found f, long size) {
    Reply full = room(f.targets(), size);
    return full == null
        ? Decision.accepted(Accepted.here(r, f.targets(), f.outside()))
        : Decision.refused(full);
  }

  /// Later, for an administrator has to mend it (RFC 3463 §3.4, X.3.5).
  static Reply tangled() {
    return Reply.of(451, "4.3.5", "The address leads to too many others, try again later");
  }

  static Reply noSuchUser() {
    return Reply.of(550, "5.1.1", "No such user here");
  }

  static Reply notOurs() {
    return Reply.of(550, "5.7.1", "Not a domain of this server, no relaying");
  }

  /// RFC 5321 §3.4.
  static Reply moved(EmailAddress to) {
    return Reply.of(551, "5.1.6", "User not local; please try <" + to + ">");
  }

  /// RFC 5321 §3.4.
  static Reply willForward(EmailAddress to) {
    return Reply.of(251, "2.1.5", "User not local; will forward to <" + to + ">");
  }

  private Resolution resolve(ForwardPath path, InetAddress local) {
    if (path.isPostmaster()) {
      return mta.directory().resolvePostmaster(); // RFC 5321 §4.5.1
    }
    EmailAddress address = path.address();
    boolean literal =
        local != null
            && address.domain().equals(EmailAddress.normalDomain(TraceLines.literal(local)));
    // RFC 5321 §4.1.3: the host with this address; that is us.
    return mta.directory()
        .resolve(
            literal ? EmailAddress.of(address.localPart(), mta.config().defaultDomain()) : address);
  }

  /// Null if all have room.
  private Reply room(List<Target> targets, long size) {
    for (Target target : targets) {
      Account account = mta.store().account(target.account());
      if (account == null) {
        return noSuchUser(); // removed this moment
      }
      if (!account.fits(1, Math.max(size, 1))) {
        boolean never = size > account.quota().octets();
        return never
            ? Reply.of(552, "5.2.3", "Message larger than the mailbox may become")
            : full();
      }
    }
    return null;
  }

  static Reply full() {
    return Reply.of(452, "4.2.2", "Mailbox full");
  }
}
