package org.posthorn.mta;

import org.posthorn.smtp.Client;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;

/// Ports 587 and 465: takes mail of our own people. The server lets nobody here who neither is
/// logged in (RFC 6409 §4.3) nor comes from a network that may relay.
final class SubmissionBackend extends LocalBackend {
  SubmissionBackend(Mta mta) {
    super(mta);
  }

  @Override
  public Start start(Client client, Sender sender) {
    Submitter submitter = submitter(client);
    return submitter == null
        ? new Start.Refused(Reply.of(530, "5.7.0", "Log in first"))
        : open(client, sender, submitter);
  }
}
