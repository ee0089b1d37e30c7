package org.posthorn.pop3;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;

/// The session of RFC 1939 §10, with USER and PASS of §7 for APOP, which is not offered. Lines of
/// the server are as printed there, but for the full address as the name.
class ExampleTest extends Pop3Test {
  @Test
  void rfc1939Section10() throws IOException {
    storeOfSize(120);
    storeOfSize(200);
    LineClient c = stranger();
    say(c, "USER " + NAME, "+OK ");
    sayExactly(c, "PASS " + PASSWORD, "+OK " + NAME + "'s maildrop has 2 messages (320 octets)");
    sayExactly(c, "STAT", "+OK 2 320");
    sayExactly(c, "LIST", "+OK 2 messages (320 octets)");
    c.expect("1 120");
    c.expect("2 200");
    c.expect(".");
    sayExactly(c, "RETR 1", "+OK 120 octets");
    c.readBytes(120);
    c.expect(".");
    sayExactly(c, "DELE 1", "+OK message 1 deleted");
    sayExactly(c, "RETR 2", "+OK 200 octets");
    c.readBytes(200);
    c.expect(".");
    sayExactly(c, "DELE 2", "+OK message 2 deleted");
    sayExactly(c, "QUIT", "+OK dewey POP3 server signing off (maildrop empty)");
    c.expectEnd();
  }
}
