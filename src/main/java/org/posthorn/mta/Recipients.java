package org.posthorn.mta;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.directory.Directory;
import org.posthorn.directory.Resolution;
import org.posthorn.directory.Target;
import org.posthorn.mime.EmailAddress;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Reply;
import org.posthorn.store.Account;
import org.posthorn.store.Store;

/// Decides about one recipient, when it is named: everything that can be refused is refused then.
final class Recipients {
  private final MtaConfig config;
  private final Store store;
  private final Directory directory;

  Recipients(MtaConfig config, Store store, Directory directory) {
    this.config = config;
    this.store = store;
    this.directory = directory;
  }

  sealed interface Decision {
    record Accepted(List<Target> targets) implements Decision {}

    record Refused(Reply reply) implements Decision {}
  }

  /// @param size of the message as announced, 0 if it was not
  Decision decide(Client client, ForwardPath path, long size) {
    return switch (resolve(path, client.endpoint().local().getAddress())) {
      case Resolution.NotOurs n -> new Decision.Refused(notOurs(client));
      case Resolution.NoSuchUser n -> new Decision.Refused(noSuchUser());
      case Resolution.Tangled _ -> new Decision.Refused(tangled());
      case Resolution.Found f -> found(client, f, size);
      case Resolution.Forwarded f -> found(client, f.found(), size);
      case Resolution.Moved m -> new Decision.Refused(moved(m.to()));
      case Resolution.BackupFor _ -> new Decision.Refused(notOurs(client));
    };
  }

  /// Nothing leaves this server yet, so what leads elsewhere is not taken.
  private Decision found(Client client, Resolution.Found f, long size) {
    return f.outside().isEmpty() ? room(f.targets(), size) : new Decision.Refused(notOurs(client));
  }

  /// RFC 5321 §3.4.
  static Reply moved(EmailAddress to) {
    return Reply.of(551, "5.1.6", "User not local; please try <" + to + ">");
  }

  /// Later, for an administrator has to mend it (RFC 3463 §3.4, X.3.5).
  static Reply tangled() {
    return Reply.of(451, "4.3.5", "The address leads to too many others, try again later");
  }

  static Reply noSuchUser() {
    return Reply.of(550, "5.1.1", "No such user here");
  }

  /// Never a 250: until there is a queue, nothing leaves this server.
  static Reply notOurs(Client client) {
    return client.submits()
        ? Reply.of(550, "5.7.1", "This server does not send to other servers yet")
        : Reply.of(550, "5.7.1", "Not a domain of this server, no relaying");
  }

  private Resolution resolve(ForwardPath path, InetAddress local) {
    if (path.isPostmaster()) {
      return directory.resolvePostmaster(); // RFC 5321 §4.5.1
    }
    EmailAddress address = path.address();
    boolean literal = address.domain().equals(EmailAddress.normalDomain(TraceLines.literal(local)));
    // RFC 5321 §4.1.3: the host with this address; that is us.
    return directory.resolve(
        literal ? EmailAddress.of(address.localPart(), config.defaultDomain()) : address);
  }

  private Decision room(List<Target> targets, long size) {
    for (Target target : targets) {
      Account account = store.account(target.account());
      if (account == null) {
        return new Decision.Refused(noSuchUser()); // removed this moment
      }
      if (!account.fits(1, Math.max(size, 1))) {
        boolean never = size > account.quota().octets();
        return new Decision.Refused(
            never ? Reply.of(552, "5.2.3", "Message larger than the mailbox may become") : full());
      }
    }
    return new Decision.Accepted(new ArrayList<>(targets));
  }

  static Reply full() {
    return Reply.of(452, "4.2.2", "Mailbox full");
  }
}
