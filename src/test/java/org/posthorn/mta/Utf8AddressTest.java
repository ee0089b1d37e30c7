package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.mta.MailHost.PASSWORD;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.smtp.server.SmtpTalk;

/// Users and senders whose addresses are not ASCII (RFC 6531).
class Utf8AddressTest {
  private final MailHost host = new MailHost();

  @BeforeEach
  void people() {
    host.account("j\u00f6rg@foo.com");
    host.directory.addDomain("b\u00fccher.example");
    host.account("ana@b\u00fccher.example");
  }

  @AfterEach
  void checkTheStore() {
    host.close();
  }

  private String only(String address) {
    assertThat(host.inbox(address)).hasSize(1);
    byte[] octets = host.inbox(address).getFirst().getBytes(StandardCharsets.ISO_8859_1);
    return new String(octets, StandardCharsets.UTF_8);
  }

  /// Composed, apart, in capitals.
  @ParameterizedTest
  @ValueSource(strings = {"j\u00f6rg", "jo\u0308rg", "J\u00d6RG"})
  void mailForThem(String name) {
    SmtpTalk t = host.mx().askUtf8("MAIL FROM:<\u7528\u6237@far.example> SMTPUTF8", "250");
    t.askUtf8("RCPT TO:<" + name + "@foo.com>", "250").ask("DATA", "354");
    t.askUtf8("From: \u7528\u6237@far.example\r\n\r\nx\r\n.", "250 2.0.0 Delivered");
    assertThat(only("j\u00f6rg@foo.com"))
        .startsWith(
            "Return-Path: <\u7528\u6237@far.example>\r\nDelivered-To: j\u00f6rg@foo.com\r\n")
        .contains(" with UTF8SMTP\r\n")
        .contains("\r\n\tfor <" + name + "@foo.com>;\r\n")
        .endsWith("From: \u7528\u6237@far.example\r\n\r\nx\r\n");
  }

  @Test
  void domainsInEitherForm() {
    SmtpTalk t = host.mx().ask("MAIL FROM:<a@b.c> SMTPUTF8", "250");
    t.askUtf8("RCPT TO:<ana@B\u00dcCHER.example>", "250").say("DATA", ".").expect("354", "250");
    assertThat(only("ana@b\u00fccher.example"))
        .contains("Delivered-To: ana@xn--bcher-kva.example\r\n");
    t.ask("MAIL FROM:<a@b.c>", "250").ask("RCPT TO:<ana@xn--bcher-kva.example>", "250");
  }

  @Test
  void theySendAsThemselves() {
    SmtpTalk t = host.submission().logIn("j\u00f6rg@foo.com", PASSWORD);
    t.askUtf8("MAIL FROM:<jo\u0308rg@foo.com> SMTPUTF8", "250").ask("RSET", "250");
    t.askUtf8("MAIL FROM:<ana@b\u00fccher.example> SMTPUTF8", "550 5.7.1 You may not send as");
    t.askUtf8("VRFY j\u00f6rg@foo.com SMTPUTF8", "250 2.1.5 <j\u00f6rg@foo.com>");
    t.askUtf8("EXPN j\u00f6rg@foo.com SMTPUTF8", "250 2.1.5 <j\u00f6rg@foo.com>");
    host.alias("joerg@foo.com", "j\u00f6rg@foo.com");
    t.ask("EXPN joerg@foo.com", "252 2.6.8");
  }
}
