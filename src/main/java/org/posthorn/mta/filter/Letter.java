package org.posthorn.mta.filter;

import java.util.List;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Sender;

/// A message as judges are asked about it.
///
/// @param id under which we name it in replies, logs and trace lines
/// @param hostname ours
/// @param clientName what the client's address leads to and what leads back to it; "" if nothing is
///   known to
/// @param submitted by one of our own people; else it comes from a stranger
/// @param size in octets
public record Letter(
    String id,
    String hostname,
    Client client,
    String clientName,
    Sender sender,
    List<ForwardPath> recipients,
    boolean submitted,
    long size,
    Octets octets) {
  public Letter {
    recipients = List.copyOf(recipients);
  }

  /// Address of the client as text.
  String clientAddress() {
    return client.endpoint().remote().getAddress().getHostAddress();
  }
}
