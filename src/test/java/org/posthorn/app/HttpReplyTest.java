package org.posthorn.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// RFC 9112.
class HttpReplyTest {
  private static final int MAX = 20;

  private static HttpReply read(String octets) throws IOException {
    return HttpReply.read(new ByteArrayInputStream(octets.getBytes(ISO_8859_1)), MAX);
  }

  /// Line ends are written as |.
  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 200 OK|Content-Length: 5||helloEVIL",
    "HTTP/1.0 200|content-length:5 ||hello",
    "HTTP/1.1 200 OK||hello",
    "HTTP/1.1 100 Continue||HTTP/1.1 103 Hints|Link: x||HTTP/1.1 200 OK||hello",
    "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|0||",
    "HTTP/1.1 200 OK|Transfer-Encoding: CHUNKED||2;x=y|he|03|llo|0|X: y||",
    "HTTP/1.1 200 OK|Content-Length: 99|Transfer-Encoding: chunked||5|hello|0||",
    "HTTP/1.1 200 OK|Content-Encoding: identity|Content-Length: 5||hello",
  })
  void bodies(String lines) throws IOException {
    HttpReply reply = read(lines.replace("|", "\r\n"));
    assertThat(reply.status()).isEqualTo(200);
    assertThat(new String(reply.body(), ISO_8859_1)).isEqualTo("hello");
    assertThat(read(lines.replace("|", "\n")).body()).isEqualTo(reply.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 200 OK|Content-Length: 5|",
        "HTTP/1.1 200 OK|Content-Length: 5||hell",
        "HTTP/1.1 200 OK|Content-Length: 21||123456789012345678901",
        "HTTP/1.1 200 OK|Content-Length: -1||",
        "HTTP/1.1 200 OK|Content-Length: 99999999999||",
        "HTTP/1.1 200 OK||123456789012345678901",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hell0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||ffffffff|x",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||-1|x",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||b|12345678901|b|12345678901|0||",
        "HTTP/1.1 200 OK|Transfer-Encoding: gzip, chunked||0||",
        "HTTP/1.1 200 OK|Content-Encoding: gzip||x",
        "HTTP/1.1 200 OK|nonsense||",
        "HTTP/2 200 OK||",
        "HTTP/1.1 999 OK||",
        "220 mx.a.test ESMTP|",
        "HTTP/1.1 100 A||HTTP/1.1 100 A||HTTP/1.1 100 A||HTTP/1.1 100 A||HTTP/1.1 100 A||"
            + "HTTP/1.1 200 OK||",
      })
  void whatIsNoAnswer(String lines) {
    assertThatThrownBy(() -> read(lines.replace("|", "\r\n"))).isInstanceOf(IOException.class);
  }

  @Test
  void onlyTheBodyOfA200IsRead() throws IOException {
    HttpReply reply = read("HTTP/1.1 302 Found\r\nLocation: https://b.test/\r\n\r\nwhatever");
    assertThat(reply.status()).isEqualTo(302);
    assertThat(reply.body()).isEmpty();
    assertThat(reply.field("location")).isEqualTo("https://b.test/");
    assertThat(reply.field("content-type")).isEmpty();
  }

  @Test
  void theHeadIsBounded() {
    String line = "HTTP/1.1 200 " + "x".repeat(10_000);
    assertThatThrownBy(() -> read(line)).isInstanceOf(IOException.class);
    String lines = "HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(101) + "\r\n";
    assertThatThrownBy(() -> read(lines)).isInstanceOf(IOException.class);
  }
}
