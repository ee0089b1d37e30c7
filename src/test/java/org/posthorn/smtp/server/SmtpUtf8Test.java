package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.net.LineClient;
import org.posthorn.net.TlsMode;

/// SMTPUTF8 (RFC 6531).
class SmtpUtf8Test extends ServerTest {
  private SmtpTalk mailed() {
    return mx().hello().ask("MAIL FROM:<a@b.c> SMTPUTF8", "250 2.1.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "jörg@foo.com | <jörg@foo.com>",
        "用户@例子.广告 | <用户@xn--fsqu00a.xn--4rr70v>",
        "δοκιμή@παράδειγμα.δοκιμή | <δοκιμή@xn--hxajbheg2az3al.xn--jxalpdlp>",
        "ana@bücher.example | <ana@xn--bcher-kva.example>",
        "ana@BÜCHER.example | <ana@xn--bcher-kva.example>",
        "`\"jörg m\"@foo.com` | `<\"jörg m\"@foo.com>`",
        "\uD83D\uDCEF@foo.com | <\uD83D\uDCEF@foo.com>",
        "ana@foo.com | <ana@foo.com>",
      })
  void takesAddressesInUtf8(String address, String path) {
    // RFC 6531 §3.3
    SmtpTalk t = mx().hello();
    t.askUtf8("MAIL FROM:<" + address + "> SMTPUTF8 BODY=8BITMIME", "250 2.1.0");
    t.ask("RCPT TO:<jones@foo.com>", "250")
        .say("DATA", ".")
        .expect("354", "250")
        .ask("QUIT", "221");
    assertThat(onlyMessage().from()).isEqualTo(path);
    assertThat(onlyMessage().sender().options().utf8()).isTrue();
  }

  @Test
  void recipientsInUtf8() {
    SmtpTalk t = mailed();
    t.askUtf8("RCPT TO:<jörg@foo.com>", "250")
        .askUtf8("RCPT TO:<@bücher.example:é@foo.com>", "250");
    t.say("DATA", "Subject: \u00c3\u00a4", ".").expect("354", "250");
    assertThat(onlyMessage().to()).containsExactly("<jörg@foo.com>", "<é@foo.com>");
    assertThat(onlyMessage().text()).isEqualTo("Subject: \u00c3\u00a4\r\n");
  }

  @Test
  void withoutTheParameterAllIsAscii() {
    // RFC 6531 §3.5
    SmtpTalk t = mx().hello();
    String needs = "5.6.7 An address that is not ASCII needs SMTPUTF8";
    t.askUtf8("MAIL FROM:<jörg@foo.com>", "550 " + needs);
    t.askUtf8("MAIL FROM:<ana@bücher.example>", "550 " + needs);
    t.ask("MAIL FROM:<a@b.c>", "250").askUtf8("RCPT TO:<jörg@foo.com>", "553 " + needs);
    t.askUtf8("RCPT TO:<ana@bücher.example>", "553 " + needs);
    t.ask("RCPT TO:<ana@xn--bcher-kva.example>", "550 5.7.1 No relaying");
    t.ask("RCPT TO:<jones@foo.com>", "250").say("DATA", ".").expect("354", "250");
    assertThat(onlyMessage().sender().options().utf8()).isFalse();
  }

  @Test
  void whereItIsNotOffered() {
    SmtpTalk t = serve(MX.withFeatures(Set.of())).connect();
    assertThat(t.offered()).doesNotContain("SMTPUTF8");
    t.ask("MAIL FROM:<a@b.c> SMTPUTF8", "555 5.5.4 Parameter SMTPUTF8 is not known here");
    t.askUtf8("MAIL FROM:<jörg@foo.com>", "550 5.6.7 Non-ASCII addresses are not supported");
    t.ask("MAIL FROM:<a@b.c>", "250");
    t.askUtf8("RCPT TO:<jörg@foo.com>", "553 5.6.7 Non-ASCII addresses are not supported");
  }

  @Test
  void theParameterTakesNoValue() {
    // RFC 6531 §3.4
    mx().hello().ask("MAIL FROM:<a@b.c> SMTPUTF8=YES", "501 5.5.4 SMTPUTF8 takes no value");
  }

  /// In octets: overlong forms, surrogates, beyond Unicode, cut off, Latin-1, control characters,
  /// line separators.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00c0\u00af",
        "\u00e0\u0080\u00af",
        "\u00f0\u0080\u0080\u00af",
        "\u00c1\u0081",
        "\u00ed\u00a0\u0080",
        "\u00ed\u00a0\u00bd\u00ed\u00b3\u00af",
        "\u00f4\u0090\u0080\u0080",
        "\u00f8\u0088\u0080\u0080\u0080",
        "\u00c3",
        "\u0080",
        "\u00fc",
        "\u00fe",
        "\u00c2\u0085",
        "\u00c2\u009b",
        "\u00e2\u0080\u00a8",
        "\u00e2\u0080\u00a9"
      })
  void whatIsNoTextIsRefused(String octets) {
    SmtpTalk t = mx().hello();
    String line = "MAIL FROM:<a" + octets + "b@foo.com> SMTPUTF8\r\n";
    t.raw(line.getBytes(StandardCharsets.ISO_8859_1));
    t.expect("501 5.1.7 Address is neither ASCII nor UTF-8");
    t.ask("MAIL FROM:<a@b.c> SMTPUTF8", "250");
    String quoted = "RCPT TO:<\"a" + octets + "b\"@foo.com>\r\n";
    t.raw(quoted.getBytes(StandardCharsets.ISO_8859_1));
    t.expect("501 5.1.3 Address is neither ASCII nor UTF-8");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a@b\u0308", "a@-ü.example", "a@ü-.example", "a@\u0308x.example", "ü@", "ü"})
  void domainsAreChecked(String address) {
    SmtpTalk t = mx().hello();
    if (address.equals("a@b\u0308")) {
      t.askUtf8("MAIL FROM:<" + address + "> SMTPUTF8", "250"); // a letter with its mark
    } else {
      t.askUtf8("MAIL FROM:<" + address + "> SMTPUTF8", "501 5.1.7 Malformed address");
    }
  }

  @Test
  void pathsAreBoundedInOctets() {
    SmtpTalk t = mx().hello();
    t.askUtf8("MAIL FROM:<" + "ü".repeat(127) + "@b> SMTPUTF8", "250 2.1.0").ask("RSET", "250");
    t.askUtf8("MAIL FROM:<" + "ü".repeat(128) + "@b> SMTPUTF8", "501 5.1.7 Path longer than 256");
  }

  @Test
  void otherAddressesAreToldInUtf8WhereThatIsAllowed() {
    // RFC 6531 §3.7.4.1
    SmtpTalk t = mailed();
    t.askUtf8("RCPT TO:<moved@foo.com>", "551 5.1.6 Now at <bö@foo.com>");
    t.askUtf8("RCPT TO:<forwarded@foo.com>", "251 2.1.5 Will forward to <bö@foo.com>");
    t.ask("RCPT TO:<talkative@foo.com>", "250 2.1.5 Gr??e");
    t.ask("RSET", "250").ask("MAIL FROM:<a@b.c>", "250");
    t.ask("RCPT TO:<moved@foo.com>", "550 5.1.6 Moved to an address that needs SMTPUTF8");
    t.ask("RCPT TO:<forwarded@foo.com>", "250 2.1.5 Recipient ok");
  }

  @Test
  void vrfyAndExpn() {
    // RFC 6531 §3.7.4.2
    SmtpTalk t = submission().hello().logIn("ana", MemoryBackend.PASSWORD);
    t.askUtf8("VRFY jörg@foo.com SMTPUTF8", "250 2.1.5 <jörg@foo.com>");
    t.askUtf8("VRFY <jörg@foo.com> smtputf8", "250 2.1.5 <jörg@foo.com>");
    t.askUtf8("VRFY jörg@foo.com", "553 5.6.7 An address that is not ASCII needs SMTPUTF8");
    t.ask("VRFY jones@foo.com", "250 2.1.5 <jones@foo.com>");
    t.ask("EXPN umlauts@foo.com", "252 2.6.8 The answer needs SMTPUTF8 behind the address");
    t.askUtf8("EXPN umlauts@foo.com SMTPUTF8", "250-2.1.5 <jörg@foo.com>");
    assertThat(t.readLine()).isEqualTo("250 2.1.5 <brown@foo.com>");
    t.ask("VRFY SMTPUTF8", "501 5.1.3 Malformed address");
    mx().askUtf8("VRFY jörg@foo.com SMTPUTF8", "252 2.0.0");
  }

  @Test
  void isNamedInTraceLines() {
    // RFC 6531 §4.3
    TestServer server = serveTls(SUBMISSION, TlsMode.STARTTLS);
    SmtpTalk t = server.connect().hello().ask("STARTTLS", "220").startTls(LineClient.trustAll());
    t.hello().logIn("ana", MemoryBackend.PASSWORD).envelope().say("DATA", ".").expect("354", "250");
    SmtpTalk clear = mx().envelope().say("DATA", ".").expect("354", "250");
    clear.ask("QUIT", "221");
    SmtpTalk local = lmtp();
    local.say("LHLO bar.com").readReply();
    local.ask("MAIL FROM:<>", "250").ask("RCPT TO:<a@foo.com>", "250").say("DATA", ".");
    local.expect("354", "250");
    assertThat(backend.messages)
        .extracting(m -> m.client().with(true))
        .containsExactly("UTF8SMTPSA", "UTF8SMTP", "UTF8LMTP");
    assertThat(backend.messages)
        .extracting(m -> m.client().with(false))
        .containsExactly("ESMTPSA", "ESMTP", "LMTP");
  }
}
