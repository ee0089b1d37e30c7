package org.posthorn.directory.token;

import java.io.IOException;
import java.net.URI;

/// Asks a server by HTTP. Certificates are judged, redirections are not followed, and there is a
/// limit of time for the whole.
@FunctionalInterface
public interface Fetcher {
  /// The body of an answer with status 200.
  ///
  /// @throws IOException also for every other status, and for a body that is too long
  byte[] fetch(Request request) throws IOException;

  /// @param authorization of the header of that name; "" for none
  /// @param form to be posted, as `application/x-www-form-urlencoded`; null to get
  /// @param answerMax octets of the longest answer
  record Request(URI uri, String authorization, String form, int answerMax) {
    @Override
    public String toString() {
      return "Request[" + uri + "]"; // the rest is secret
    }
  }
}
