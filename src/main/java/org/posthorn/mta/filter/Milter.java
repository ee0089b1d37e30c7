package org.posthorn.mta.filter;

import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import org.posthorn.net.Dialer;
import org.posthorn.net.Outgoing;

/// A mail filter that speaks the protocol of Sendmail's libmilter, version 6 or older. Each message
/// is a session of its own.
public final class Milter implements OutsideJudge {
  private final Terms terms;
  private final Line line;

  /// @param to an address of the Internet or of a Unix-domain socket
  public Milter(Terms terms, Dialer dialer, SocketAddress to) {
    this.terms = terms;
    this.line = new Line(dialer, to);
  }

  @Override
  public Terms terms() {
    return terms;
  }

  @Override
  public OutsideVerdict judge(Letter letter, Duration within) throws IOException {
    try (Outgoing connection = line.open(within)) {
      try {
        MilterWire wire = new MilterWire(connection.in(), connection.out());
        Finding finding = new MilterTalk(wire, letter).run();
        connection.out().flush();
        return finding.verdict(terms.name());
      } finally {
        connection.cut(); // no goodbye: mail waits for us
      }
    }
  }
}
