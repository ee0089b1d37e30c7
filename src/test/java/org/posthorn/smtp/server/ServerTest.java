package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.posthorn.net.Ticker;
import org.posthorn.net.TlsMode;
import org.posthorn.smtp.server.SmtpConfig.Authentication;

/// What the tests of commands share: servers over one memory backend, closed at the end, when no
/// transaction may be left open.
class ServerTest {
  final MemoryBackend backend = new MemoryBackend();
  private final List<TestServer> servers = new ArrayList<>();

  static final SmtpConfig MX = SmtpConfig.mx("foo.com");
  static final SmtpConfig SUBMISSION =
      SmtpConfig.submission("foo.com").withAuthentication(Authentication.CLEARTEXT);
  static final SmtpConfig LMTP = SmtpConfig.lmtp("foo.com");

  TestServer serve(SmtpConfig config) {
    return keep(TestServer.open(config, backend));
  }

  TestServer serve(SmtpConfig config, Ticker ticker) {
    return keep(TestServer.open(config, backend, ticker));
  }

  TestServer serveTls(SmtpConfig config, TlsMode mode) {
    return keep(TestServer.open(config, backend, mode, TestTls.server()));
  }

  private TestServer keep(TestServer server) {
    servers.add(server);
    return server;
  }

  SmtpTalk mx() {
    return serve(MX).connect();
  }

  SmtpTalk submission() {
    return serve(SUBMISSION).connect();
  }

  SmtpTalk lmtp() {
    return serve(LMTP).connect();
  }

  MemoryBackend.Message onlyMessage() {
    assertThat(backend.messages).hasSize(1);
    return backend.messages.getFirst();
  }

  @AfterEach
  void nothingIsLeftOpen() {
    servers.forEach(TestServer::close);
    assertThat(backend.open).hasValue(0);
  }
}
