package org.posthorn.mta.send;

import org.posthorn.smtp.client.Endpoint;
import org.posthorn.smtp.client.TlsUse;

/// One host of a route.
public record Hop(Endpoint endpoint, Guard guard) {

  /// A host that nobody has a policy for.
  public static Hop of(Endpoint endpoint, TlsUse use) {
    return new Hop(endpoint, Guard.chosen(use));
  }
}
