package org.posthorn.mta.filter;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/// Posts by HTTP. Certificates are judged, redirections are not followed.
@FunctionalInterface
public interface HttpPost {
  /// The body of an answer with status 200.
  ///
  /// @throws IOException also for every other status, for a body that is too long, and when the
  ///   time is over
  byte[] post(Request request) throws IOException;

  /// @param headers in their order; a name may come more than once
  /// @param length of the octets to be posted
  /// @param answerMax octets of the longest answer
  /// @param within for all of it
  record Request(
      URI uri, List<Header> headers, long length, Octets octets, int answerMax, Duration within) {
    @Override
    public String toString() {
      return "Request[" + uri + "]"; // the rest may be secret
    }
  }

  /// @param value printable ASCII
  record Header(String name, String value) {}
}
