package org.posthorn.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.Dialer;
import org.posthorn.net.ServerAuthorities;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;

/// Transactions with a server that behaves, and refusals at every stage.
class SmtpClientTest {
  private static final String TEXT = "Subject: hello\r\n\r\nhello\r\n";

  static final Timing TIMING = Timing.all(Duration.ofSeconds(20));

  private final Dialer dialer = new Dialer(Ticker.SYSTEM);

  @AfterEach
  void closesWhatItOpened() {
    assertThat(dialer.connections()).isZero();
    assertThat(dialer.bufferBytes()).isZero();
    dialer.close();
  }

  static Settings settings() {
    return new Settings(
        "mx.posthorn.test", TlsUse.IF_OFFERED, ServerAuthorities.system(), null, TIMING);
  }

  static Endpoint endpoint(RemoteServer server) {
    return new Endpoint("mx.remote.test", server.address(), server.port(), null);
  }

  private SmtpClient open(RemoteServer server) {
    return switch (SmtpClient.open(dialer, endpoint(server), settings())) {
      case Opening.Ready r -> r.client();
      case Opening.Ended e -> throw new AssertionError(e.heard().toString());
    };
  }

  static OutgoingMail mail(String text, String... to) {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    return new OutgoingMail(
        new Sender(
            new ReversePath(EmailAddress.parse("ana@example.test")), octets.length, Body.SEVEN_BIT),
        Arrays.stream(to).map(a -> Recipient.of(new ForwardPath(EmailAddress.parse(a)))).toList(),
        () -> new ByteArrayInputStream(octets));
  }

  private static List<String> told(List<Heard> heard) {
    return heard.stream()
        .map(h ->
            switch (h) {
              case Heard.Answered a -> a.stage() + " " + a.reply();
              case Heard.Broken b -> b.stage() + " " + b.cause();
            })
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PIPELINING", "CHUNKING", "PIPELINING CHUNKING"})
  void aMessageArrives(String features) throws IOException {
    PoliteServer polite = new PoliteServer((features + " SIZE").strip().split(" "));
    try (RemoteServer server = RemoteServer.start(polite);
        SmtpClient client = open(server)) {
      assertThat(told(client.send(mail(TEXT, "bo@remote.test", "cy@remote.test"))))
          .containsExactly("END 250 2.0.0 taken", "END 250 2.0.0 taken");
      assertThat(told(client.send(mail("again\r\n.\r\n", "bo@remote.test"))))
          .containsExactly("END 250 2.0.0 taken");
      assertThat(polite.taken())
          .containsExactly(
              new PoliteServer.Taken(
                  "MAIL FROM:<ana@example.test> SIZE=25",
                  List.of("RCPT TO:<bo@remote.test>", "RCPT TO:<cy@remote.test>"),
                  TEXT,
                  false),
              new PoliteServer.Taken(
                  "MAIL FROM:<ana@example.test> SIZE=10",
                  List.of("RCPT TO:<bo@remote.test>"),
                  "again\r\n.\r\n",
                  false));
      assertThat(client.usable()).isTrue();
    }
  }

  @Test
  void speaksHeloWithThoseWhoKnowNoEhlo() throws IOException {
    PoliteServer polite = new PoliteServer().answers("EHLO", "502 5.5.1 what?");
    try (RemoteServer server = RemoteServer.start(polite);
        SmtpClient client = open(server)) {
      assertThat(client.features()).isEqualTo(Features.NONE);
      client.send(mail(TEXT, "bo@remote.test"));
      assertThat(server.lines())
          .startsWith(
              "EHLO mx.posthorn.test", "HELO mx.posthorn.test", "MAIL FROM:<ana@example.test>");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PIPELINING", "CHUNKING", "PIPELINING CHUNKING"})
  void eachRecipientHasItsOwnAnswer(String features) throws IOException {
    PoliteServer polite =
        new PoliteServer(features.split(" "))
            .answers("RCPT TO:<bo@", "550 5.1.1 no such user")
            .answers("RCPT TO:<cy@", "452 4.2.2 full");
    try (RemoteServer server = RemoteServer.start(polite);
        SmtpClient client = open(server)) {
      List<Heard> heard =
          client.send(mail(TEXT, "bo@remote.test", "cy@remote.test", "di@remote.test"));
      assertThat(told(heard))
          .containsExactly(
              "RCPT 550 5.1.1 no such user", "RCPT 452 4.2.2 full", "END 250 2.0.0 taken");
    }
  }

  /// RFC 2920 §3.1
  @ParameterizedTest
  @ValueSource(strings = {"", "PIPELINING", "CHUNKING", "PIPELINING CHUNKING"})
  void whenAllAreRefusedNothingIsSent(String features) throws IOException {
    PoliteServer polite =
        new PoliteServer(features.split(" "))
            .answers("RCPT", "550 5.1.1 no", "550 5.1.1 no", "250 ok")
            .answers("DATA", "354 nevertheless");
    try (RemoteServer server = RemoteServer.start(polite);
        SmtpClient client = open(server)) {
      assertThat(told(client.send(mail(TEXT, "bo@remote.test", "cy@remote.test"))))
          .containsExactly("RCPT 550 5.1.1 no", "RCPT 550 5.1.1 no");
      assertThat(told(client.send(mail(TEXT, "di@remote.test"))))
          .containsExactly("END 250 2.0.0 taken");
      assertThat(polite.taken()).hasSize(1);
      assertThat(polite.taken().getFirst().octets()).isEqualTo(TEXT);
      assertThat(server.lines()).contains("RSET");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MAIL", "DATA", "BDAT", ".", "RSET"})
  void refusalsConcernEverybody(String command) throws IOException {
    PoliteServer polite =
        new PoliteServer("PIPELINING", command.equals("BDAT") ? "CHUNKING" : "SIZE")
            .answers("RCPT TO:<x", "550 no")
            .answers(command, "451 4.3.0 not now", "250 ok");
    if (command.equals("DATA")) {
      polite.answers(command, "451 4.3.0 not now", "354 go on");
    }
    try (RemoteServer server = RemoteServer.start(polite);
        SmtpClient client = open(server)) {
      if (command.equals("RSET")) {
        client.send(mail(TEXT, "x@remote.test"));
      }
      String stage =
          switch (command) {
            case "BDAT", "." -> "END";
            case "RSET" -> "MAIL";
            default -> command;
          };
      assertThat(told(client.send(mail(TEXT, "bo@remote.test", "cy@remote.test"))))
          .containsExactly(stage + " 451 4.3.0 not now", stage + " 451 4.3.0 not now");
      assertThat(told(client.send(mail(TEXT, "di@remote.test"))).getFirst()).startsWith("END 250");
    }
  }

  @Test
  void aThousandRecipientsDoNotJam() throws IOException {
    // A server that reads nothing while nobody takes its answers, and whose answers are long.
    String words = " 2.1.5 " + "x".repeat(400);
    PoliteServer polite = new PoliteServer("PIPELINING").answers("RCPT", "250" + words);
    List<String> to = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      to.add("somebody.with.a.long.name." + i + "@remote.test");
    }
    try (RemoteServer server = RemoteServer.start(polite);
        SmtpClient client = open(server)) {
      List<Heard> heard = client.send(mail(TEXT, to.toArray(String[]::new)));
      assertThat(told(heard)).hasSize(1000).containsOnly("END 250 2.0.0 taken");
      assertThat(polite.taken().getFirst().recipients()).hasSize(1000);
    }
  }

  @Test
  void limitsAreObeyed() throws IOException {
    PoliteServer polite = new PoliteServer("LIMITS MAILMAX=2 RCPTMAX=10");
    try (RemoteServer server = RemoteServer.start(polite);
        SmtpClient client = open(server)) {
      assertThat(client.recipientsMax(50)).isEqualTo(10);
      assertThat(client.recipientsMax(5)).isEqualTo(5);
      client.send(mail(TEXT, "bo@remote.test"));
      assertThat(client.usable()).isTrue();
      client.send(mail(TEXT, "bo@remote.test"));
      assertThat(client.usable()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"421 4.3.2 later", "554 5.7.1 not you"})
  void aBannerMayRefuse(String banner) throws IOException {
    try (RemoteServer server = RemoteServer.start(new PoliteServer().banner(banner))) {
      Opening opening = SmtpClient.open(dialer, endpoint(server), settings());
      assertThat(opening).isInstanceOf(Opening.Ended.class);
      assertThat(told(List.of(((Opening.Ended) opening).heard())))
          .containsExactly("BANNER " + banner);
    }
  }
}
