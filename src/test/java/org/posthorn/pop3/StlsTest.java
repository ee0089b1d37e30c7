package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;
import org.posthorn.net.TlsMode;

class StlsTest extends Pop3Test {
  private LineClient greeted() throws IOException {
    LineClient c = connect(listen(server(OPEN), TlsMode.STARTTLS));
    c.expect("+OK");
    return c;
  }

  @Test
  void startsTls() throws IOException {
    store("Subject: a\r\n\r\nb\r\n");
    LineClient c = greeted();
    sayExactly(c, "STLS", "+OK Begin TLS negotiation");
    c.startTls();
    logIn(c);
    assertThat(text(lines(c, "RETR 1"))).isEqualTo("Subject: a\r\n\r\nb\r\n");
    sayExactly(c, "STLS", "-ERR logged in already");
    say(c, "QUIT", "+OK");
  }

  @Test
  void implicitTls() throws IOException {
    LineClient c = connect(listen(server(Pop3Config.of("dewey")), TlsMode.IMPLICIT)).startTls();
    c.expect("+OK dewey");
    sayExactly(c, "STLS", "-ERR TLS is on already");
    logIn(c);
  }

  @Test
  void whatWasSaidInClearIsForgotten() throws IOException {
    LineClient c = greeted();
    say(c, "USER " + NAME, "+OK");
    // RFC 2595 §4: the command behind STLS was put there by somebody in between
    c.raw("STLS\r\nPASS " + PASSWORD + "\r\n").expect("+OK Begin");
    c.startTls();
    sayExactly(c, "PASS " + PASSWORD, "-ERR USER first");
    logIn(c);
  }

  @Test
  void notOfferedWithoutCertificate() throws IOException {
    sayExactly(stranger(), "STLS", "-ERR STLS is not offered here");
    sayExactly(stranger(), "STLS now", "-ERR syntax: STLS");
  }

  @Test
  void aBrokenHandshakeEndsTheConnection() throws IOException {
    LineClient c = greeted();
    say(c, "STLS", "+OK");
    c.raw("USER mrose\r\nUSER mrose\r\n");
    String rest = new String(c.readAll(), java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(rest).doesNotContain("+OK", "-ERR");
  }
}
