package org.posthorn.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Zones;
import org.posthorn.net.Dialer;
import org.posthorn.net.ServerAuthorities;
import org.posthorn.net.TestCertificates;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.client.RemoteServer;
import org.posthorn.trust.transport.PolicyFetcher.Fetched;
import org.posthorn.trust.transport.StsPolicy;
import org.posthorn.trust.transport.TlsFailure;

/// Policies come from a web server on loopback (RFC 8461 §3.3).
class PolicyDownloadTest {
  private static final String POLICY = "version: STSv1\r\nmode: none\r\nmax_age: 1\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n";
  private static final TestCertificates.Made AUTHORITY = TestCertificates.authority("Anchor");

  @TempDir private Path directory;
  private final Dialer dialer = new Dialer(Ticker.SYSTEM);
  private final Zones zones = new Zones().address("mta-sts.a.test", "127.0.0.1");
  private final List<RemoteServer> servers = new ArrayList<>();
  private ServerAuthorities authorities;
  private boolean allowPrivate = true;
  private Duration total = OutsideHttps.TOTAL;

  @BeforeEach
  void open() throws IOException {
    authorities =
        ServerAuthorities.systemAnd(TestCertificates.write(directory.resolve("ca.pem"), AUTHORITY));
  }

  @AfterEach
  void close() throws IOException {
    for (RemoteServer server : servers) {
      server.close();
    }
    assertThat(dialer.connections()).isZero();
    assertThat(dialer.bufferBytes()).isZero();
    dialer.close();
  }

  private static TestCertificates.Made good(String... names) {
    return TestCertificates.server(AUTHORITY, Duration.ofHours(1), names);
  }

  private RemoteServer serve(TestCertificates.Made certificate, RemoteServer.Script script)
      throws IOException {
    RemoteServer server =
        RemoteServer.start(peer -> {
          peer.startTls(TestCertificates.clientContext(certificate));
          String line = peer.line();
          while (line != null && !line.isEmpty()) {
            line = peer.line(); // a request ends in an empty line
          }
          if (line != null) { // else the certificate was not good enough
            script.talk(peer);
          }
        });
    servers.add(server);
    return server;
  }

  private Fetched fetch(RemoteServer server) {
    var https = new OutsideHttps(dialer, zones, authorities, allowPrivate, total);
    return new PolicyDownload(https, server.port()).fetch("a.test");
  }

  private static void assertFails(Fetched fetched, TlsFailure failure, String reason) {
    assertThat(fetched)
        .isInstanceOfSatisfying(
            Fetched.Failed.class,
            f -> {
              assertThat(f.failure()).isEqualTo(failure);
              assertThat(f.reason()).contains(reason).matches("[ -~]+");
            });
  }

  @Test
  void aPolicyIsFetched() throws IOException {
    RemoteServer server = serve(good("mta-sts.a.test"), peer -> peer.raw(OK + "\r\n" + POLICY));
    assertThat(fetch(server))
        .isInstanceOfSatisfying(
            Fetched.Body.class,
            b -> {
              assertThat(b.contentType()).isEqualTo("text/plain");
              assertThat(new String(b.octets(), StandardCharsets.UTF_8)).isEqualTo(POLICY);
            });
    assertThat(server.lines())
        .contains("GET /.well-known/mta-sts.txt HTTP/1.1", "Host: mta-sts.a.test:" + server.port());
  }

  @Test
  void aWildcardCertificateWillDo() throws IOException {
    RemoteServer server = serve(good("*.a.test"), peer -> peer.raw(OK + "\r\n" + POLICY));
    assertThat(fetch(server)).isInstanceOf(Fetched.Body.class);
  }

  @Test
  void theCertificateMustBeGood() throws IOException {
    RemoteServer.Script answer = peer -> peer.raw(OK + "\r\n" + POLICY);
    assertFails(fetch(serve(good("a.test"), answer)), TlsFailure.STS_WEBPKI_INVALID, "is not for");
    var expired = TestCertificates.server(AUTHORITY, Duration.ofMinutes(-1), "mta-sts.a.test");
    assertFails(fetch(serve(expired, answer)), TlsFailure.STS_WEBPKI_INVALID, "expired");
    var own = TestCertificates.server(null, Duration.ofHours(1), "mta-sts.a.test");
    assertFails(fetch(serve(own, answer)), TlsFailure.STS_WEBPKI_INVALID, "itself");
    assertThat(servers).allSatisfy(s -> assertThat(s.lines()).isEmpty()); // nothing was asked
  }

  /// B28
  @Test
  void redirectsLeadNowhere() throws IOException {
    RemoteServer server =
        serve(
            good("mta-sts.a.test"),
            peer ->
                peer.raw(
                    "HTTP/1.1 301 Moved\r\nLocation: https://mta-sts.a.test/x\r\n"
                        + "Content-Length: 0\r\n\r\n"));
    assertFails(fetch(server), TlsFailure.STS_POLICY_FETCH_ERROR, "301");
    assertThat(server.connections()).isEqualTo(1);
  }

  /// B28
  @Test
  void hugeAnswersAreNotRead() throws IOException {
    RemoteServer server =
        serve(
            good("mta-sts.a.test"),
            peer -> {
              peer.raw(OK + "\r\n");
              for (int i = 0; i < 100_000; i++) { // until nobody listens
                peer.raw("mx: a.test\r\n".repeat(100));
              }
            });
    assertFails(
        fetch(server), TlsFailure.STS_POLICY_FETCH_ERROR, String.valueOf(StsPolicy.OCTETS_MAX));
    RemoteServer announced =
        serve(
            good("mta-sts.a.test"),
            peer -> peer.raw(OK + "Content-Length: 9999999999\r\n\r\n").drain());
    assertFails(fetch(announced), TlsFailure.STS_POLICY_FETCH_ERROR, "more than");
  }

  /// B28
  @Test
  void slowAnswersAreNotWaitedFor() throws IOException {
    total = Duration.ofMillis(500);
    RemoteServer silent = serve(good("mta-sts.a.test"), RemoteServer.Peer::drain);
    assertFails(fetch(silent), TlsFailure.STS_POLICY_FETCH_ERROR, "");
    RemoteServer drips =
        serve(
            good("mta-sts.a.test"),
            peer -> {
              peer.raw(OK + "\r\n");
              while (peer.available() == 0) {
                peer.raw("x").socket().setSoTimeout(50);
              }
            });
    assertFails(fetch(drips), TlsFailure.STS_POLICY_FETCH_ERROR, "");
  }

  /// B28
  @Test
  void nobodyWithinIsAsked() throws IOException {
    allowPrivate = false;
    RemoteServer server = serve(good("mta-sts.a.test"), peer -> peer.raw(OK + "\r\n" + POLICY));
    assertFails(fetch(server), TlsFailure.STS_POLICY_FETCH_ERROR, "no address that may be asked");
    assertThat(server.connections()).isZero();
  }

  @Test
  void whatIsNotThere() throws IOException {
    RemoteServer server = serve(good("mta-sts.a.test"), peer -> {});
    assertFails(fetch(server), TlsFailure.STS_POLICY_FETCH_ERROR, "ends");
    server.close();
    assertFails(fetch(server), TlsFailure.STS_POLICY_FETCH_ERROR, "refused");
    zones.breaks("mta-sts.a.test", Answer.Reason.TIMEOUT);
    assertFails(fetch(server), TlsFailure.STS_POLICY_FETCH_ERROR, "no address");
  }
}
