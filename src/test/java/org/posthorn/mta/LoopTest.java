package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.mta.MailHost.send;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.posthorn.mta.SendingHost.Places;
import org.posthorn.smtp.client.PoliteServer;
import org.posthorn.smtp.client.RemoteServer;
import org.posthorn.smtp.server.SmtpConfig;

/// Mail that would go in circles between two hosts ends, and its sender is told once (RFC 5321
/// §6.3; B19 of the inputs that a mail server must survive).
class LoopTest {
  private static final String STRANGER = "eve@baz.org";

  private final Places places = new Places();
  private final SendingHost foo = new SendingHost(new MailHost("foo.com"), places);
  private final SendingHost bar = new SendingHost(new MailHost("bar.com"), places);
  private final PoliteServer strangers = new PoliteServer("PIPELINING", "8BITMIME");
  private RemoteServer baz;

  @BeforeEach
  void open() throws IOException {
    baz = RemoteServer.start(strangers);
    places.at("foo.com", foo.door()).at("bar.com", bar.door());
    places.at("baz.org", new InetSocketAddress(baz.address(), baz.port()));
  }

  @AfterEach
  void close() throws IOException {
    foo.close();
    bar.close();
    baz.close();
  }

  /// Neither host has anything left to do.
  private void ended() {
    for (int i = 0; i < 4; i++) { // what one gives away the other has before it lets go of it
      foo.drained();
      bar.drained();
    }
  }

  private String start(String to, String... more) {
    String[] text = new String[more.length + 3];
    System.arraycopy(more, 0, text, 0, more.length);
    text[more.length] = "Subject: round and round";
    text[more.length + 1] = "";
    text[more.length + 2] = "Hi";
    try (var talk = foo.mail.serve(SmtpConfig.mx("foo.com"), foo.mail.mta.mx()).connect().hello()) {
      return send(talk, STRANGER, to, text);
    }
  }

  private void oneNotice() {
    assertThat(strangers.taken()).as("notices to the sender").hasSize(1);
    PoliteServer.Taken notice = strangers.taken().getFirst();
    assertThat(notice.mail()).startsWith("MAIL FROM:<>");
    assertThat(notice.recipients()).containsExactly("RCPT TO:<" + STRANGER + ">");
    assertThat(notice.octets()).contains("5.4.6", "goes in circles", "round and round");
  }

  private long receptions() {
    return foo.mail.queue.counters().messagesAdded.sum()
        + bar.mail.queue.counters().messagesAdded.sum();
  }

  @Test
  void forwardsOfTwoHostsToEachOther() {
    foo.mail.account("ana@foo.com");
    bar.mail.account("bo@bar.com");
    foo.mail.directory.addressing().addForward("ana@foo.com", List.of("bo@bar.com"), false);
    bar.mail.directory.addressing().addForward("bo@bar.com", List.of("ana@foo.com"), false);
    assertThat(start("ana@foo.com")).startsWith("250");
    ended();
    oneNotice();
    assertThat(receptions()).as("there, back, and the notice, by each host twice").isEqualTo(5);
    assertThat(foo.mail.inbox("ana@foo.com")).isEmpty();
  }

  @Test
  void forwardsThatKeepACopyKeepOne() {
    foo.mail.account("ana@foo.com");
    bar.mail.account("bo@bar.com");
    foo.mail.directory.addressing().addForward("ana@foo.com", List.of("bo@bar.com"), true);
    bar.mail.directory.addressing().addForward("bo@bar.com", List.of("ana@foo.com"), true);
    assertThat(start("ana@foo.com")).startsWith("250");
    ended();
    assertThat(foo.mail.inbox("ana@foo.com")).hasSizeBetween(1, 2);
    assertThat(bar.mail.inbox("bo@bar.com")).hasSize(1);
    assertThat(strangers.taken()).hasSizeLessThanOrEqualTo(1);
    assertThat(receptions()).isLessThanOrEqualTo(5);
  }

  @Test
  void aliasesOfTwoHostsToEachOther() {
    foo.mail.alias("sales@foo.com", "sales@bar.com");
    bar.mail.alias("sales@bar.com", "sales@foo.com");
    assertThat(start("sales@foo.com")).startsWith("250");
    ended();
    oneNotice();
    assertThat(receptions()).isEqualTo(5);
  }

  /// A host between them that takes `Delivered-To` away: what is left is to count the hops.
  @Test
  void hopsEndWhatNothingElseEnds() {
    foo.mail.alias("sales@foo.com", "sales@bar.com");
    bar.mail.alias("sales@bar.com", "sales@foo.com");
    String[] hops = new String[101];
    Arrays.fill(hops, "Received: from a.test by b.test; Mon, 30 Nov 2026 12:00:00 +0000");
    String reply = start("sales@foo.com", Arrays.copyOf(hops, 99));
    assertThat(reply).startsWith("250"); // two hosts on it has too many
    ended();
    assertThat(strangers.taken()).hasSize(1);
    assertThat(strangers.taken().getFirst().octets()).contains("5.4.6");
    assertThat(receptions()).isEqualTo(5);
    assertThat(start("sales@foo.com", hops)).startsWith("554 5.4.6");
  }

  /// The sender's address leads back, too: a notice about a notice goes to nobody.
  @Test
  void aNoticeThatCannotReturnEnds() {
    strangers.answers("RCPT", "550 5.1.1 no such user");
    foo.mail.account("root@foo.com");
    foo.mail.alias("postmaster@foo.com", "root@foo.com");
    bar.mail.account("root@bar.com");
    bar.mail.alias("postmaster@bar.com", "root@bar.com");
    foo.mail.alias("sales@foo.com", "sales@bar.com");
    bar.mail.alias("sales@bar.com", "sales@foo.com");
    assertThat(start("sales@foo.com")).startsWith("250");
    ended();
    assertThat(strangers.taken()).isEmpty();
    int postmasters = foo.mail.inbox("root@foo.com").size() + bar.mail.inbox("root@bar.com").size();
    assertThat(postmasters).as("told that a notice did not arrive").isLessThanOrEqualTo(1);
    assertThat(receptions()).isLessThanOrEqualTo(6);
  }
}
