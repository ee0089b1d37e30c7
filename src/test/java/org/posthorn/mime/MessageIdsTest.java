package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MessageIdsTest {
  @Test
  void rfc5322AppendixA() {
    assertThat(MessageIds.parse("<1234@local.machine.example> <3456@example.net>"))
        .containsExactly("1234@local.machine.example", "3456@example.net");
    assertThat(MessageIds.parse("<1234   @   local(blah)  .machine .example>"))
        .containsExactly("1234@local.machine.example");
  }

  @Test
  void asReallyWritten() {
    assertThat(MessageIds.parse("<a@x><b@x>,\r\n <a@x>")).containsExactly("a@x", "b@x");
    assertThat(MessageIds.parse("Your message of <a@x> (Tue)")).containsExactly("a@x");
    assertThat(MessageIds.parse("a@x b@y")).containsExactly("a@x", "b@y");
    assertThat(MessageIds.parse("<a@x <b@y>")).containsExactly("b@y");
    assertThat(MessageIds.parse("<a@\r\n x>")).containsExactly("a@x");
    assertThat(MessageIds.parse("<a@x")).containsExactly("a@x");
    assertThat(MessageIds.parse("<:-(@x>")).containsExactly(":-(@x");
    assertThat(MessageIds.parse("none")).isEmpty();
    assertThat(MessageIds.parse("<>")).isEmpty();
    assertThat(MessageIds.parse(null)).isEmpty();
  }

  // B39
  @Test
  void longListsKeepTheFirstAndTheNewest() {
    StringBuilder field = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      field.append(" <").append(i).append("@x>");
    }
    List<String> ids = MessageIds.parse(field.toString());
    assertThat(ids).hasSize(MessageIds.MAX_IDS).startsWith("0@x", "9801@x").endsWith("9999@x");
    assertThat(MessageIds.parse("<" + "a".repeat(1_000_000) + "@x>")).isEmpty();
  }
}
