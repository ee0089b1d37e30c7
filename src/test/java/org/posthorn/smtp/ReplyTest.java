package org.posthorn.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyTest {
  private static String wire(Reply reply) {
    return new String(reply.bytes(), StandardCharsets.ISO_8859_1);
  }

  @Test
  void everyLineHasCodeAndEnhancedCode() {
    // RFC 2034 §4
    assertThat(wire(new Reply(250, "2.0.0", List.of("a", "b", "c"))))
        .isEqualTo("250-2.0.0 a\r\n250-2.0.0 b\r\n250 2.0.0 c\r\n");
    assertThat(wire(Reply.plain(354, "Go"))).isEqualTo("354 Go\r\n");
  }

  @Test
  void quotedInputForgesNothing() {
    assertThat(wire(Reply.ok("a\r\n250 b\0\u00e4\u0085"))).isEqualTo("250 2.0.0 a??250 b???\r\n");
  }

  @Test
  void aLineIsBounded() {
    // RFC 5321 §4.5.3.1.5
    assertThat(Reply.of(550, "5.7.11", "x".repeat(1000)).bytes().length).isLessThanOrEqualTo(512);
  }

  @Test
  void theClassesAgree() {
    assertThatThrownBy(() -> Reply.of(550, "4.1.1", "x"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Reply.plain(199, "x")).isInstanceOf(IllegalArgumentException.class);
  }
}
