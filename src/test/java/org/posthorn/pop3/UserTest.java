package org.posthorn.pop3;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;
import org.posthorn.net.TlsMode;

class UserTest extends Pop3Test {
  @Test
  void everybodyGetsTheSameAnswer() throws IOException {
    LineClient c = stranger();
    sayExactly(c, "USER " + NAME, "+OK send PASS");
    sayExactly(c, "USER nobody@nowhere.test", "+OK send PASS");
    sayExactly(c, "user frated", "+OK send PASS");
  }

  @Test
  void takesOneWord() throws IOException {
    LineClient c = stranger();
    sayExactly(c, "USER", "-ERR syntax: USER name");
    sayExactly(c, "USER ", "-ERR syntax: USER name");
    sayExactly(c, "USER two words", "-ERR syntax: USER name");
  }

  @Test
  void notInClearUnlessAllowed() throws IOException {
    var refused = listen(server(Pop3Config.of("dewey")), TlsMode.STARTTLS);
    LineClient c = connect(refused);
    c.expect("+OK");
    sayExactly(c, "USER " + NAME, "-ERR STLS first");
    sayExactly(c, "PASS " + PASSWORD, "-ERR STLS first");
    var loopback = Pop3Config.of("dewey").withCleartext(Pop3Config.Cleartext.LOOPBACK);
    LineClient d = connect(listen(server(loopback), TlsMode.NONE));
    d.expect("+OK");
    logIn(d);
  }

  @Test
  void notAfterLogin() throws IOException {
    sayExactly(login(), "USER " + NAME, "-ERR logged in already");
  }
}
