package org.posthorn.mta;

import org.posthorn.smtp.Client;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;

/// Ports 587 and 465: takes mail of our own people. The server lets nobody here who is not logged
/// in (RFC 6409 §4.3), or of a network that relays by us.
final class SubmissionBackend extends LocalBackend {
  SubmissionBackend(Mta mta) {
    super(mta);
  }

  @Override
  public Start start(Client client, Sender sender) {
    if (!client.submits()) {
      return new Start.Refused(Reply.of(530, "5.7.0", "Log in first"));
    }
    Reply no = mayNotSendAs(client, sender);
    return no == null ? open(client, sender) : new Start.Refused(no);
  }
}
