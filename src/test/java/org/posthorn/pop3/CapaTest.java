package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;
import org.posthorn.net.TlsMode;

class CapaTest extends Pop3Test {
  private static final String[] ALWAYS = {
    "TOP",
    "UIDL",
    "PIPELINING",
    "RESP-CODES",
    "AUTH-RESP-CODE",
    "EXPIRE NEVER",
    "IMPLEMENTATION Posthorn"
  };

  @Test
  void withoutTlsWhereItIsNotNeeded() throws IOException {
    assertThat(lines(stranger(), "CAPA"))
        .contains(ALWAYS)
        .contains("USER", "SASL SCRAM-SHA-256 SCRAM-SHA-1 PLAIN LOGIN")
        .doesNotContain("STLS")
        .hasSize(ALWAYS.length + 2);
  }

  @Test
  void noLoginBeforeTls() throws IOException {
    LineClient c = connect(listen(server(Pop3Config.of("dewey")), TlsMode.STARTTLS));
    c.expect("+OK");
    assertThat(lines(c, "CAPA")).contains(ALWAYS).contains("STLS").hasSize(ALWAYS.length + 1);
    say(c, "STLS", "+OK");
    c.startTls();
    assertThat(lines(c, "CAPA"))
        .contains(ALWAYS)
        .contains(
            "USER",
            "SASL SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-1 PLAIN LOGIN")
        .hasSize(ALWAYS.length + 2);
  }

  @Test
  void afterLogin() throws IOException {
    assertThat(lines(login(), "capa")).contains(ALWAYS);
    sayExactly(stranger(), "CAPA all", "-ERR syntax: CAPA");
  }
}
