package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.posthorn.Await;
import org.posthorn.net.LineClient;
import org.posthorn.net.TlsMode;
import org.posthorn.smtp.Backend.Arrival;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Visit;

/// What happens between the connection and the greeting, and what the backend hears of a visit.
class DoorstepTest extends ServerTest {
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private volatile Reply early = Reply.of(554, "5.5.1", "Too early");

  private final Visit visit =
      new Visit() {
        @Override
        public Reply spokeEarly() {
          heard.add("early");
          return early;
        }

        @Override
        public void erred() {
          heard.add("erred");
        }

        @Override
        public void close() {
          heard.add("closed");
        }
      };

  private SmtpTalk arrive(Arrival arrival) {
    backend.arrival = arrival;
    return serve(MX).connectSilently();
  }

  private void closed(String... all) {
    Await.until(() -> heard.contains("closed"));
    assertThat(heard).containsExactly(all);
  }

  @Test
  void welcome() {
    arrive(new Arrival.Welcome(visit)).expectLine("220").ask("QUIT", "221");
    closed("closed");
  }

  @Test
  void refused() {
    // RFC 5321 §3.1
    arrive(new Arrival.Refused(Reply.of(554, "5.7.1", "Not you")))
        .expectLine("554 5.7.1 Not you")
        .expectClosed();
  }

  @Test
  void aFaultOfOursIsTold() {
    arrive(null).expectLine("421 4.3.0 Local error, try again later").expectClosed();
  }

  @Test
  void greetedAfterSilence() {
    arrive(new Arrival.Patience(visit, Duration.ofMillis(20))).expectLine("220").ask("QUIT", "221");
    closed("closed");
  }

  @Test
  void greetedAtOnceWithoutDelay() {
    arrive(new Arrival.Patience(visit, Duration.ZERO)).expectLine("220").ask("QUIT", "221");
    closed("closed");
  }

  @Test
  void toldOfWhoSpeaksEarly() {
    arrive(new Arrival.Patience(visit, Duration.ofMinutes(1)))
        .raw("E")
        .expectLine("554 5.5.1 Too early")
        .expectClosed();
    closed("early", "closed");
  }

  @Test
  void whoSpeaksEarlyMayBeGreeted() {
    early = null;
    arrive(new Arrival.Patience(visit, Duration.ofMinutes(1)))
        .say("EHLO bar.com")
        .expectLine("220 foo.com");
  }

  @Test
  void underTlsNobodyIsAskedToBeSilent() {
    backend.arrival = new Arrival.Patience(visit, Duration.ofMinutes(1));
    SmtpTalk t = serveTls(MX, TlsMode.IMPLICIT).connectSilently();
    t.startTls(LineClient.trustAll()).expectLine("220").ask("QUIT", "221");
  }

  @Test
  void theVisitOutlivesStartTlsAndNewNames() {
    backend.arrival = new Arrival.Welcome(visit);
    SmtpTalk t = serveTls(MX, TlsMode.STARTTLS).connect().hello().ask("STARTTLS", "220");
    t.startTls(LineClient.trustAll()).envelope().ask("DATA", "354").say("x", ".").expect("250");
    assertThat(onlyMessage().client().visit()).isSameAs(visit);
    t.ask("QUIT", "221");
    closed("closed");
  }

  @Test
  void errorsAreHeardBeforeTheyAreTold() {
    SmtpTalk t = arrive(new Arrival.Welcome(visit)).expectLine("220");
    t.ask("XYZZY", "500");
    assertThat(heard).containsExactly("erred");
    t.hello().ask("MAIL FROM:<smith@bar.com>", "250").ask("RCPT TO:<green@foo.com>", "550");
    assertThat(heard).as("recipients are the backend's own").containsExactly("erred");
  }
}
