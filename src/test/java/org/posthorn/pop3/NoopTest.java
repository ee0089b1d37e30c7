package org.posthorn.pop3;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;

class NoopTest extends Pop3Test {
  @Test
  void doesNothing() throws IOException {
    LineClient c = login();
    sayExactly(c, "NOOP", "+OK");
    sayExactly(c, "nOoP", "+OK");
    sayExactly(stranger(), "NOOP", "-ERR log in first"); // RFC 1939 §5: TRANSACTION state
  }
}
