package org.posthorn.mta.send;

import org.posthorn.smtp.client.Login;
import org.posthorn.smtp.client.TlsUse;

/// A server that takes our mail and passes it on.
///
/// @param sender for mail of these domains, and
/// @param recipient to those
/// @param host A-labels in lower case, or an address without brackets
/// @param login null: none
public record Smarthost(
    DomainPattern sender, DomainPattern recipient, String host, int port, TlsUse tls, Login login) {

  boolean fits(String senderDomain, String recipientDomain) {
    return sender.fits(senderDomain) && recipient.fits(recipientDomain);
  }
}
