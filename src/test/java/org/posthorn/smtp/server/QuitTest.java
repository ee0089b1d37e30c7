package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QuitTest extends ServerTest {
  @Test
  void endsTheSession() {
    mx().say("QUIT").expectExactly("221 2.0.0 foo.com says goodbye").expectClosed();
  }

  @Test
  void dropsTheTransaction() {
    mx().envelope().ask("QUIT", "221").expectClosed();
    assertThat(backend.events).containsExactly("aborted");
  }

  @Test
  void whatFollowsIsNotRead() {
    mx().say("QUIT", "MAIL FROM:<a@b.c>").expect("221").expectClosed();
  }

  @Test
  void takesNoArgument() {
    mx().ask("QUIT now", "501 5.5.4 QUIT takes no argument").ask("QUIT", "221");
  }
}
