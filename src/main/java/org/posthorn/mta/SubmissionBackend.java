package org.posthorn.mta;

import org.posthorn.mime.EmailAddress;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;

/// Ports 587 and 465: takes mail of our own people. The server lets nobody here who is not logged
/// in (RFC 6409 §4.3).
final class SubmissionBackend implements Backend {
  private final Policy policy;

  SubmissionBackend(Mta mta) {
    this.policy = new Policy(mta);
  }

  @Override
  public Login authenticate(Client client, String authorization, String name, String password) {
    return policy.authenticate(client, authorization, name, password);
  }

  @Override
  public Start start(Client client, Sender sender) {
    if (!client.authenticated()) {
      return new Start.Refused(Reply.of(530, "5.7.0", "Log in first"));
    }
    Reply no = policy.mayNotSendAs(client, sender);
    return no == null ? policy.open(client, sender) : new Start.Refused(no);
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
