package org.posthorn.mta;

import org.posthorn.smtp.Client;
import org.posthorn.smtp.Sender;

/// LMTP: takes mail for our own people from a server in front of us, which has checked the sender
/// (RFC 2033).
final class LmtpBackend extends LocalBackend {
  LmtpBackend(Mta mta) {
    super(mta);
  }

  @Override
  public Start start(Client client, Sender sender) {
    return open(client, sender, null);
  }
}
