package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HelpTest extends ServerTest {
  @Test
  void listsTheCommandsThatExistHere() {
    assertThat(mx().say("HELP").readReply())
        .startsWith("214-2.0.0 This is Posthorn. Commands:", "214-2.0.0 HELO domain")
        .endsWith("214 2.0.0 QUIT")
        .noneMatch(l -> l.contains("LHLO") || l.contains("AUTH"));
    assertThat(lmtp().say("HELP").readReply())
        .anyMatch(l -> l.contains("LHLO"))
        .noneMatch(l -> l.contains("EHLO"));
    assertThat(submission().say("HELP").readReply()).anyMatch(l -> l.contains("AUTH mechanism"));
  }

  @Test
  void explainsOne() {
    mx().say("HELP mail").expectExactly("214 2.0.0 MAIL FROM:<address> [parameters]");
    mx().say("HELP LHLO").expectExactly("504 5.5.4 No help on that");
    mx().say("HELP me").expectExactly("504 5.5.4 No help on that");
  }
}
