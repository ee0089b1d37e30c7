package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.posthorn.net.LineClient;
import org.posthorn.store.kv.Faults;

/// A store and a disk that fail: nothing is claimed that is not so.
class FailureTest extends Pop3Test {
  @ParameterizedTest
  @EnumSource(names = {"REJECT", "UNKNOWN_LOST"})
  void whatCouldNotBeRemovedIsNotSaidToBe(Faults.Fate how) throws IOException {
    storeOfSize(100);
    LineClient c = login();
    say(c, "DELE 1", "+OK");
    fate = how;
    sayExactly(c, "QUIT", "-ERR [SYS/TEMP] some deleted messages not removed"); // RFC 1939 §6
    c.expectEnd();
    fate = Faults.Fate.APPLY;
    assertThat(inInbox()).isEqualTo(1);
    sayExactly(login(), "STAT", "+OK 1 100"); // the drop was given back
  }

  @Test
  void anUnknownOutcomeThatWentWellIsSuccess() throws IOException {
    storeOfSize(100);
    LineClient c = login();
    say(c, "DELE 1", "+OK");
    fate = Faults.Fate.UNKNOWN_APPLIED;
    say(c, "QUIT", "+OK");
    fate = Faults.Fate.APPLY;
    assertThat(inInbox()).isZero();
  }

  @Test
  void flagsThatCannotBeSetAreNoError() throws IOException {
    storeOfSize(100);
    LineClient c = login();
    lines(c, "RETR 1");
    fate = Faults.Fate.REJECT;
    say(c, "QUIT", "+OK");
    fate = Faults.Fate.APPLY;
    assertThat(unseen()).isEqualTo(1);
  }

  @Test
  void aDamagedMessageIsRefusedAndTheOthersAreNot() throws IOException {
    storeOfSize(100);
    store("Subject: damaged\r\n\r\nhere it is\r\n");
    flipLast();
    LineClient c = login();
    sayExactly(c, "RETR 2", "-ERR [SYS/PERM] the message is damaged");
    sayExactly(c, "TOP 2 0", "-ERR [SYS/PERM] the message is damaged");
    say(c, "RETR 1", "+OK");
    flipLast();
  }

  @Test
  void damageFoundInTheMiddleCutsTheConnection() throws IOException {
    byte[] noise = new byte[200_000];
    new Random(1).nextBytes(noise);
    String marked = "and there at the end";
    String text = "Subject: x\r\n\r\n" + base64(new String(noise, StandardCharsets.ISO_8859_1));
    store(text + marked + "\r\n");
    flipLast();
    LineClient c = login();
    c.send("RETR 1").expect("+OK");
    String got = new String(c.readAll(), StandardCharsets.ISO_8859_1);
    assertThat(got).startsWith("Subject: x").doesNotContain(marked).doesNotContain("\r\n.\r\n");
    assertThat(got).doesNotContain("-ERR");
    flipLast();
    login();
  }

  /// Flips a bit near the end of what was stored last.
  private void flipLast() throws IOException {
    String name = disk.list().getFirst();
    byte[] content = disk.content(name);
    int end = content.length - 1;
    while (content[end] == 0) {
      end--;
    }
    disk.flip(name, end - 3);
  }
}
