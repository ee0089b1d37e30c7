package org.posthorn.mta;

import org.posthorn.directory.Login;
import org.posthorn.directory.Resolution;
import org.posthorn.mime.EmailAddress;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;

/// The answers all backends give alike: logins, VRFY and EXPN, and what who is logged in may send.
final class Policy {
  private final Mta mta;

  Policy(Mta mta) {
    this.mta = mta;
  }

  Backend.Login authenticate(Client client, String authorization, String name, String password) {
    var from = client.endpoint().remote().getAddress();
    return switch (mta.directory().login(name, password, from)) {
      case Login.Ok ok -> {
        boolean himself =
            authorization.isEmpty()
                || authorization.equalsIgnoreCase(name)
                || authorization.equalsIgnoreCase(ok.address().toString());
        yield himself
            ? new Backend.Login.Ok(new AccountIdentity(ok.account(), ok.address()))
            : new Backend.Login.Refused();
      }
      case Login.Refused r -> new Backend.Login.Refused();
      case Login.TooMany t -> new Backend.Login.TooMany(t.retryAfter());
      case Login.Unavailable u -> new Backend.Login.Unavailable();
    };
  }

  /// Null if the sender is the client's own address or `<>`, else the refusal.
  Reply mayNotSendAs(Client client, Sender sender) {
    var identity = (AccountIdentity) client.identity();
    boolean own =
        sender.path().isNull() || mta.directory().owns(identity.account(), sender.path().address());
    return own ? null : Reply.of(550, "5.7.1", "You may not send as " + sender.path().address());
  }

  Reply verify(Client client, EmailAddress address) {
    return switch (mta.directory().resolve(address)) {
      case Resolution.Accounts a -> Reply.of(250, "2.1.5", "<" + address + ">");
      case Resolution.NoSuchUser n -> Recipients.noSuchUser();
      case Resolution.NotOurs n -> Recipients.notOurs(client);
    };
  }

  Reply expand(Client client, EmailAddress address) {
    return switch (mta.directory().resolve(address)) {
      case Resolution.Accounts a ->
          new Reply(250, "2.1.5", a.targets().stream().map(t -> "<" + t.address() + ">").toList());
      case Resolution.NoSuchUser n -> Recipients.noSuchUser();
      case Resolution.NotOurs n -> Recipients.notOurs(client);
    };
  }

  /// Opens a transaction unless the disk is in trouble: better told now than after the message.
  Backend.Start open(Client client, Sender sender) {
    String trouble = mta.store().trouble();
    if (trouble != null) {
      return new Backend.Start.Refused(
          Reply.of(451, "4.3.0", "Cannot store mail now, try again later"));
    }
    return new Backend.Start.Opened(new LocalTransaction(mta, client, sender));
  }
}
