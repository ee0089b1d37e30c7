package org.posthorn.trust.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.mime.MimeScanner;

/// Links in messages, plain and disguised.
class UrlHostsTest {
  private static List<String> hosts(String message) throws IOException {
    byte[] octets = message.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    return UrlHosts.of(MimeScanner.scan(octets), () -> new ByteArrayInputStream(octets));
  }

  private static List<String> plain(String text) throws IOException {
    return hosts("Subject: x\n\n" + text + "\n");
  }

  private static List<String> html(String text) throws IOException {
    return hosts("Content-Type: text/html; charset=utf-8\n\n" + text + "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "See http://shop.example.com/x | example.com",
        "See HTTPS://Shop.Example.COM. | example.com",
        "<https://example.com> | example.com",
        "(http://example.com) | example.com",
        "http://good.test@bad.test/ | bad.test",
        "http://a:b@bad.test:8080/x | bad.test",
        "http:\\\\bad.test\\x | bad.test",
        "http:////bad.test | bad.test",
        "http://b%61d.test/ | bad.test",
        "http://www.example.co.uk/ | example.co.uk",
        "http://a.b.example.com.br | example.com.br",
        "http://co.uk/ | -",
        "go to www.example.org now | example.org",
        "go to WWW.example.org. | example.org",
        "awww.example.org | -",
        "someone@www.example.org | -",
        "ftp://ftp.example.org/x | example.org",
        "http://192.0.2.1/ | -",
        "http://[2001:db8::1]/ | -",
        "http://localhost/ | -",
        "http:// | -",
        "// a comment | -",
        "http://b\u00fccher.test/ | xn--bcher-kva.test",
        "http://xn--bcher-kva.test/ | xn--bcher-kva.test",
        "http://a..b/ | -",
        "http://a$b.test/ | -",
      })
  void hostsOfPlainText(String text, String host) throws IOException {
    assertThat(plain(text)).isEqualTo(host == null ? List.of() : List.of(host));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      value = {
        "<a href=\"http://bad.test/x\">http://good.test</a> | bad.test good.test",
        "<a href='//bad.test'>x</a> | bad.test",
        "<a href=//bad.test>x</a> | bad.test",
        "<img src=\"http&#58;//bad&#46;test\"> | bad.test",
        "<img src=\"http&#x3A;&#x2f;&#x2F;bad&#x2e;test\"> | bad.test",
        "<div style=\"background: url(//bad.test/i.png)\"> | bad.test",
        "&#; &#x; &#99999999999; &#xd800; http://bad.test | bad.test",
        "a//b | -",
      })
  void hostsOfHtml(String text, String hosts) throws IOException {
    assertThat(String.join(" ", html(text))).isEqualTo(hosts == null ? "" : hosts);
  }

  @Test
  void allTextsAreLookedAtAndNoAttachments() throws IOException {
    String coded =
        Base64.getEncoder().encodeToString("http://coded.test/".getBytes(StandardCharsets.UTF_8));
    assertThat(
            hosts(
                """
                Content-Type: multipart/mixed; boundary=b

                --b

                http://first.test and http://www.first.test
                --b
                Content-Type: text/html
                Content-Transfer-Encoding: quoted-printable

                <a href=3D"http://sec=
                ond.test">
                --b
                Content-Type: text/plain
                Content-Transfer-Encoding: base64

                %s
                --b
                Content-Type: text/plain
                Content-Disposition: attachment

                http://attached.test
                --b
                Content-Type: application/octet-stream

                http://binary.test
                --b
                Content-Type: message/rfc822

                Subject: inside

                http://inside.test
                --b--
                """
                    .formatted(coded)))
        .containsExactly("first.test", "second.test", "coded.test", "inside.test");
  }

  @Test
  void thereIsAnEnd() throws IOException {
    StringBuilder many = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      many.append("http://h").append(i).append(".test/ ");
    }
    assertThat(plain(many.toString())).hasSize(UrlHosts.HOSTS_MAX);
    assertThat(plain("/".repeat(3 << 20))).isEmpty();
    assertThat(html("&#".repeat(1 << 20))).isEmpty();
    assertThat(plain("http://" + "a".repeat(1 << 20))).isEmpty();
    assertThat(plain("x".repeat(1 << 20) + " http://late.test")).isEmpty();
  }
}
