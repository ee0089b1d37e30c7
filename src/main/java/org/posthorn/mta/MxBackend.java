package org.posthorn.mta;

import org.posthorn.mta.gate.Gate;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;

/// Port 25: takes mail of strangers for our own people. Who is logged in here, where that is
/// configured, or comes from a network that may relay, may do what he may on the submission port.
final class MxBackend extends LocalBackend {
  MxBackend(Mta mta) {
    super(mta);
  }

  @Override
  public Arrival arrived(Client client) {
    Gate gate = mta.gate();
    return gate == null ? super.arrived(client) : gate.arrived(client);
  }

  @Override
  public Start start(Client client, Sender sender) {
    Submitter submitter = submitter(client);
    if (submitter == null && forged(client, sender.path())) {
      String domain = sender.path().address().domain();
      return new Start.Refused(Reply.of(550, "5.7.1", "Senders of " + domain + " have to log in"));
    }
    Gate gate = mta.gate();
    Reply tooMuch = gate == null || submitter != null ? null : gate.message(client);
    return tooMuch == null ? open(client, sender, submitter) : new Start.Refused(tooMuch);
  }

  /// Our own people log in; a stranger who claims to be one of them lies. Where mail is inspected
  /// that is found out later, for SPF or a signature may vouch for him.
  private boolean forged(Client client, ReversePath from) {
    return !mta.inspects(client)
        && !from.isNull()
        && mta.config().localSenders() == MtaConfig.LocalSenders.LOG_IN
        && mta.directory().isOurs(from.address().domain());
  }
}
