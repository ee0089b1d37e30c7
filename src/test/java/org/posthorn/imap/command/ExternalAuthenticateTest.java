package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;
import static org.bouncycastle.asn1.x509.GeneralName.rfc822Name;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.OtherName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.imap.ImapTestServer;
import org.posthorn.net.LineClient;
import org.posthorn.net.Listener;
import org.posthorn.net.TestCertificates;
import org.posthorn.net.TestCertificates.Made;
import org.posthorn.net.TlsContexts;
import org.posthorn.net.TlsMode;
import org.posthorn.net.sasl.ScramClient;

/// AUTHENTICATE EXTERNAL with real certificates, RFC 4422 appendix A.
class ExternalAuthenticateTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final String OFFERED = " AUTH=EXTERNAL ";

  @TempDir Path files;
  private final Made authority = TestCertificates.authority("Clients of example.test");
  private ImapTestServer server;
  private TlsContexts tls;
  private Listener imaps;
  private String user;

  @BeforeEach
  void open() throws IOException {
    server = new ImapTestServer();
    tls =
        TlsContexts.selfSigned(
                files.resolve("own.pem"), List.of("mail.example.test"), InstantSource.system())
            .withClientAuthorities(TestCertificates.write(files.resolve("ca.pem"), authority));
    imaps = server.listen(TlsMode.IMPLICIT, tls);
    user = server.account();
  }

  @AfterEach
  void close() {
    imaps.close();
    server.close();
  }

  private LineClient connect(SSLContext context) throws IOException {
    return LineClient.connect(imaps.address()).startTls(context, null);
  }

  private LineClient connect(Made certificate) throws IOException {
    return connect(TestCertificates.clientContext(certificate, authority));
  }

  private Made named(String... addresses) {
    GeneralName[] names = new GeneralName[addresses.length];
    for (int i = 0; i < names.length; i++) {
      names[i] = new GeneralName(rfc822Name, addresses[i]);
    }
    return TestCertificates.client(authority, "CN=x", HOUR, names);
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void theCertificateIsEnough(String protocol) throws IOException {
    SSLContext context = TestCertificates.clientContext(named(user), authority);
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {protocol});
    for (int i = 0; i < 3; i++) { // from the second on the TLS session is resumed
      try (LineClient c = LineClient.connect(imaps.address()).startTls(context, parameters)) {
        assertThat(c.expect("* OK ")).contains(OFFERED);
        c.send("A1 AUTHENTICATE EXTERNAL =").expect("A1 OK [CAPABILITY ");
        c.send("A2 SELECT INBOX").readUntil("A2 OK");
      }
    }
  }

  @Test
  void withoutInitialResponse() throws IOException {
    try (LineClient c = connect(named("Nobody@example.test", user))) {
      assertThat(c.expect("* OK ")).contains(OFFERED);
      c.send("A1 AUTHENTICATE EXTERNAL").expect("+ ");
      c.send("*").expect("A1 BAD Authentication cancelled");
      c.send("A2 AUTHENTICATE EXTERNAL").expect("+ ");
      c.send("AA==").expect("A2 BAD Malformed response");
      c.send("A3 AUTHENTICATE EXTERNAL").expect("+ ");
      c.send("").expect("A3 OK");
    }
  }

  @Test
  void theIdentityAskedForIsOneOfTheCertificate() throws IOException {
    String other = server.account();
    try (LineClient c = connect(named(user, other))) {
      c.expect("* OK ");
      c.send("A1 AUTHENTICATE EXTERNAL " + ScramClient.base64(server.account()));
      c.expect("A1 NO [AUTHORIZATIONFAILED]");
      c.send("A2 AUTHENTICATE EXTERNAL " + ScramClient.base64("what?"));
      c.expect("A2 NO [AUTHORIZATIONFAILED]");
      c.send("A3 AUTHENTICATE EXTERNAL " + ScramClient.base64(other.toUpperCase())).expect("A3 OK");
      c.send("A4 STATUS INBOX (MESSAGES)").readUntil("A4 OK");
    }
  }

  @Test
  void addressesOfEveryKind() throws IOException {
    var utf8 =
        new GeneralName(
            GeneralName.otherName,
            new OtherName(new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.9"), new DERUTF8String(user)));
    for (Made made :
        List.of(
            TestCertificates.client(authority, "CN=x", HOUR, utf8),
            TestCertificates.client(authority, "CN=x,E=" + user, HOUR))) {
      try (LineClient c = connect(made)) {
        assertThat(c.expect("* OK ")).contains(OFFERED);
        c.send("A1 AUTHENTICATE EXTERNAL =").expect("A1 OK");
      }
    }
    // The old place counts only where there is no new one.
    try (LineClient c =
        connect(
            TestCertificates.client(
                authority,
                "CN=x,E=" + user,
                HOUR,
                new GeneralName(rfc822Name, "nobody@example.test")))) {
      assertThat(c.expect("* OK ")).contains(OFFERED);
      c.send("A1 AUTHENTICATE EXTERNAL =").expect("A1 NO [AUTHENTICATIONFAILED]");
    }
  }

  @Test
  void whoHasNoGoodCertificateIsNotOfferedIt() throws IOException {
    Made stranger = TestCertificates.authority("Clients of example.test");
    Made client = named(user);
    GeneralName name = new GeneralName(rfc822Name, user);
    for (SSLContext context :
        List.of(
            LineClient.trustAll(),
            // ended
            TestCertificates.clientContext(
                TestCertificates.client(authority, "CN=x", Duration.ofHours(-1), name), authority),
            // of another authority that calls itself the same
            TestCertificates.clientContext(
                TestCertificates.client(stranger, "CN=x", HOUR, name), stranger),
            // signed by a client, who is no authority
            TestCertificates.clientContext(
                TestCertificates.client(client, "CN=y", HOUR, name), client, authority),
            // good, and without an address
            TestCertificates.clientContext(named(), authority))) {
      try (LineClient c = connect(context)) {
        assertThat(c.expect("* OK ")).doesNotContain("EXTERNAL").contains(" AUTH=PLAIN ");
        c.send("A1 AUTHENTICATE EXTERNAL =").expect("A1 NO [CANNOT] Unknown mechanism");
        c.send("A2 LOGIN " + user + " " + ImapTestServer.PASSWORD).expect("A2 OK");
      }
    }
    try (LineClient c = LineClient.connect(server.listener.address())) {
      assertThat(c.expect("* OK ")).doesNotContain("EXTERNAL");
    }
  }

  @Test
  void authoritiesAreReadAgain() throws IOException {
    SSLContext context = TestCertificates.clientContext(named(user), authority);
    Path file = files.resolve("ca.pem");
    assertThat(tls.changed()).isFalse();
    TestCertificates.write(file, TestCertificates.authority("Somebody else altogether"));
    assertThat(tls.changed()).isTrue();
    tls.reload();
    try (LineClient c = connect(context)) {
      assertThat(c.expect("* OK ")).doesNotContain("EXTERNAL");
    }
    Files.writeString(file, "nothing");
    assertThat(catchException(tls::reload)).hasMessage(file + " has no certificate");
  }
}
