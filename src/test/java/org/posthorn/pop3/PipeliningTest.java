package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;

/// RFC 2449 §6.6.
class PipeliningTest extends Pop3Test {
  @Test
  void aWholeSessionInOneWrite() throws IOException {
    storeOfSize(100);
    storeOfSize(200);
    LineClient c = stranger();
    c.raw(
        "USER "
            + NAME
            + "\r\nPASS "
            + PASSWORD
            + "\r\nSTAT\r\nRETR 1\r\nDELE 1\r\nRETR 2\r\nDELE 2\r\nQUIT\r\n");
    c.expect("+OK send");
    c.expect("+OK " + NAME);
    c.expect("+OK 2 300");
    c.expect("+OK 100");
    c.readBytes(100);
    c.expect(".");
    c.expect("+OK message 1");
    c.expect("+OK 200");
    c.readBytes(200);
    c.expect(".");
    c.expect("+OK message 2");
    c.expect("+OK dewey");
    c.expectEnd();
    assertThat(inInbox()).isZero();
  }

  @Test
  void byteByByte() throws IOException {
    storeOfSize(100);
    LineClient c = stranger();
    c.drip("USER " + NAME + "\r\nPASS " + PASSWORD + "\r\nLIST 1\r\nQUIT\r\n");
    c.expect("+OK send");
    c.expect("+OK " + NAME);
    c.expect("+OK 1 100");
    c.expect("+OK dewey");
    c.expectEnd();
  }

  @Test
  void many() throws IOException {
    storeOfSize(100);
    LineClient c = login();
    c.raw("LIST 1\r\n".repeat(5000));
    for (int i = 0; i < 5000; i++) {
      c.expect("+OK 1 100");
    }
  }
}
