package org.posthorn.mta;

import org.posthorn.mime.EmailAddress;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;

/// LMTP: takes mail for our own people from a server in front of us, which has checked the sender
/// (RFC 2033).
final class LmtpBackend implements Backend {
  private final Policy policy;

  LmtpBackend(Mta mta) {
    this.policy = new Policy(mta);
  }

  @Override
  public Login authenticate(Client client, String authorization, String name, String password) {
    return policy.authenticate(client, authorization, name, password);
  }

  @Override
  public Start start(Client client, Sender sender) {
    return policy.open(client, sender);
  }

  @Override
  public Reply verify(Client client, EmailAddress address) {
    return policy.verify(client, address);
  }

  @Override
  public Reply expand(Client client, EmailAddress address) {
    return policy.expand(client, address);
  }
}
