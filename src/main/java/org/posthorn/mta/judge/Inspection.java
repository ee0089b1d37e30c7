package org.posthorn.mta.judge;

import java.util.Collection;
import java.util.List;
import org.posthorn.mta.trace.Story;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Sender;
import org.posthorn.store.AccountId;
import org.posthorn.store.Message;

/// One message of a stranger, looked at while it comes in.
///
/// Life: begun at MAIL, when SPF is asked for in the background → [#judge] when the message is
/// there.
public final class Inspection {
  private final Inspector inspector;
  private final Client client;
  private final Sender sender;
  private final Story story;

  Inspection(Inspector inspector, Client client, Sender sender, Story story) {
    this.inspector = inspector;
    this.client = client;
    this.sender = sender;
    this.story = story;
  }

  /// @param accounts that would get it
  public Judgement judge(Message message, Collection<AccountId> accounts) {
    var facts = new Facts(client, sender, null, null, List.of(), null, null, List.of());
    return inspector.judge().judge(facts, message, accounts);
  }

  /// What was found, as lines to stand before our Received line (RFC 8601 §4); once judged.
  public byte[] results() {
    return new byte[0];
  }
}
