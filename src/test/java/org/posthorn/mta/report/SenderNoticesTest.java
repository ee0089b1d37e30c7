package org.posthorn.mta.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.queue.Attempted;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.NewMessage;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.Queue;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.queue.QueuedRecipient;
import org.posthorn.mta.queue.RetrySchedule;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Recipient.Notify;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Kept;
import org.posthorn.store.TestStore;

/// Who is told of what, and what comes back.
class SenderNoticesTest {
  private static final Outcome.Problem UNKNOWN =
      new Outcome.Problem(
          "5.1.1",
          "mx.example.org [192.0.2.1]",
          "550 5.1.1 no such user",
          "The server of example.org does not know this address.");
  private static final EmailAddress POSTMASTER = EmailAddress.parse("postmaster@example.test");

  private final TestStore store = new TestStore();
  private final Queue queue = new Queue(store.store, 0, RetrySchedule.DEFAULT);
  private final SenderNotices notices =
      new SenderNotices(
          "mx.example.test",
          POSTMASTER,
          store.store,
          a ->
              a.domain().equals("example.test")
                  ? new Destination.Local()
                  : new Destination.Domain(a.domain()),
          new Random(1));

  @AfterEach
  void close() {
    store.close();
  }

  private QueuedMessage message(String from, MailOptions options, String text) throws IOException {
    Kept kept = store.store.keeping().keep(TestStore.message(store.store, text), false);
    EmailAddress address = from.isEmpty() ? null : EmailAddress.parse(from);
    return queued(
        new NewMessage(
            null,
            new Sender(new ReversePath(address), 0, Body.EIGHT_BIT_MIME, options),
            store.clock.instant(),
            kept,
            "Received: by mx.example.test\r\n".getBytes(StandardCharsets.US_ASCII),
            from,
            List.of(new NewMessage.To(bo(), new Destination.Domain("example.org")))));
  }

  private QueuedMessage queued(NewMessage m) {
    return queue.message(queue.add(m));
  }

  private QueuedMessage message() throws IOException {
    return message("ana@example.test", MailOptions.NONE, "Subject: hello\n\nhi\n");
  }

  private static Recipient bo(Notify... told) {
    return new Recipient(new ForwardPath(EmailAddress.parse("bo@example.org")), Set.of(told), "");
  }

  private Told failed(Recipient r) {
    return Told.failed(r, UNKNOWN, store.clock.instant());
  }

  private Told delayed(Recipient r) {
    return Told.delayed(r, UNKNOWN, null, store.clock.instant());
  }

  private Told relayed(Recipient r) {
    return Told.delivered(
        r, new Outcome.Delivered("mx.example.org", "250 ok", false, ""), store.clock.instant());
  }

  private String text(NewMessage n) throws IOException {
    QueuedMessage m = queued(n);
    try (InputStream in = store.store.keeping().open(m.blob(), m.size())) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void goesFromNobodyToTheSender() throws IOException {
    List<NewMessage> all = notices.notice(message(), List.of(failed(bo())));
    assertThat(all).hasSize(1);
    NewMessage n = all.getFirst();
    assertThat(n.id()).isNull();
    assertThat(n.sender().path().isNull()).isTrue();
    assertThat(n.sender().size()).isEqualTo(n.octets().size());
    assertThat(n.sender().options()).isEqualTo(MailOptions.NONE);
    assertThat(n.recipients()).hasSize(1);
    NewMessage.To to = n.recipients().getFirst();
    assertThat(to.recipient().path()).hasToString("<ana@example.test>");
    assertThat(to.destination()).isEqualTo(new Destination.Local());
    assertThat(text(n))
        .contains("To: ana@example.test\r\n", "Subject: [Not delivered] hello\r\n")
        .contains("Received: by mx.example.test\r\n");
  }

  /// RFC 3461 §4.1, §5.2.2
  @Test
  void tellsWhatTheSenderWantsToKnow() throws IOException {
    assertThat(told(failed(bo()))).isTrue();
    assertThat(told(failed(bo(Notify.FAILURE)))).isTrue();
    assertThat(told(failed(bo(Notify.NEVER)))).isFalse();
    assertThat(told(failed(bo(Notify.SUCCESS)))).isFalse();
    assertThat(told(delayed(bo()))).isTrue();
    assertThat(told(delayed(bo(Notify.DELAY)))).isTrue();
    assertThat(told(delayed(bo(Notify.FAILURE)))).isFalse();
    assertThat(told(relayed(bo()))).isFalse();
    assertThat(told(relayed(bo(Notify.SUCCESS)))).isTrue();
    assertThat(told(relayed(bo(Notify.NEVER)))).isFalse();
    assertThat(told(Told.expanded(bo(Notify.SUCCESS), null))).isTrue();
  }

  private boolean told(Told t) throws IOException {
    return !notices.notice(message(), List.of(t)).isEmpty();
  }

  /// RFC 3461 §5.2.8
  @Test
  void oneNoticeNamesThoseAloneThatItMay() throws IOException {
    Recipient cy =
        new Recipient(
            new ForwardPath(EmailAddress.parse("cy@example.org")), Set.of(Notify.NEVER), "");
    List<NewMessage> all =
        notices.notice(message(), List.of(failed(bo()), failed(cy), delayed(bo())));
    assertThat(all).hasSize(1);
    assertThat(text(all.getFirst())).contains("bo@example.org").doesNotContain("cy@example.org");
  }

  /// RFC 5321 §4.5.5
  @Test
  void nothingIsSentToTheNullSender() throws IOException {
    QueuedMessage m = message("", MailOptions.NONE, "Subject: x\n\nx\n");
    assertThat(notices.notice(m, List.of(failed(bo())))).isEmpty();
    assertThat(notices.notice(m, List.of(relayed(bo(Notify.SUCCESS))))).isEmpty();
  }

  @Test
  void aNoticeThatFailsGoesToThePostmasterOnce() throws IOException {
    NewMessage first =
        notices
            .notice(
                message("eve@example.net", MailOptions.NONE, "Subject: x\n\nx\n"),
                List.of(failed(bo())))
            .getFirst();
    QueuedMessage own = queued(first);
    NewMessage.To to = first.recipients().getFirst();
    assertThat(notices.notice(own, List.of(delayed(to.recipient())))).isEmpty();
    List<NewMessage> second = notices.notice(own, List.of(failed(to.recipient())));
    assertThat(second).hasSize(1);
    NewMessage.To last = second.getFirst().recipients().getFirst();
    assertThat(last.recipient().path().address()).isEqualTo(POSTMASTER);
    assertThat(text(second.getFirst())).contains("This goes to the postmaster.");
    assertThat(notices.notice(queued(second.getFirst()), List.of(failed(last.recipient()))))
        .isEmpty();
  }

  /// RFC 3461 §4.3, §6.2; RFC 8689 §5
  @Test
  void returnsAsMuchAsIsAskedFor() throws IOException {
    String small = "Subject: x\n\nbody\n";
    String middle = "Subject: x\n\n" + "body\n".repeat(20_000);
    String large = "Subject: x\n\n" + "body\n".repeat(300_000);
    assertThat(whole(null, small)).isTrue();
    assertThat(whole(null, middle)).isFalse();
    assertThat(whole(MailOptions.Returned.FULL, middle)).isTrue();
    assertThat(whole(MailOptions.Returned.FULL, large)).isFalse();
    assertThat(whole(MailOptions.Returned.HEADERS, small)).isFalse();
    QueuedMessage tls = message("ana@example.test", full().withRequireTls(true), small);
    NewMessage n = notices.notice(tls, List.of(failed(bo()))).getFirst();
    assertThat(text(n)).doesNotContain("body");
    assertThat(n.sender().options().requireTls()).isTrue();
    // No failure, so the header is enough.
    QueuedMessage m = message("ana@example.test", full(), small);
    assertThat(text(notices.notice(m, List.of(delayed(bo()))).getFirst()))
        .doesNotContain("body")
        .contains("Subject: x\r\n");
  }

  private static MailOptions full() {
    return options(MailOptions.Returned.FULL);
  }

  private static MailOptions options(MailOptions.Returned returned) {
    return new MailOptions(false, false, returned, "", 0, null, null);
  }

  private boolean whole(MailOptions.Returned returned, String text) throws IOException {
    QueuedMessage m = message("ana@example.test", options(returned), text);
    String notice = text(notices.notice(m, List.of(failed(bo()))).getFirst());
    assertThat(notice.contains("text/rfc822-headers"))
        .isNotEqualTo(notice.contains("message/rfc822"));
    return notice.contains("message/rfc822");
  }

  @Test
  void tellsWithoutTheMessageIfThatCannotBeRead() throws IOException {
    List<NewMessage> all =
        notices.notice(
            message(),
            () -> {
              throw new IOException("no");
            },
            List.of(failed(bo())));
    assertThat(text(all.getFirst())).contains("550 5.1.1 no such user");
  }

  /// One commit ends the recipient and adds the notice.
  @Test
  void composesWhatTheQueueAsksFor() throws IOException {
    QueuedMessage m = message();
    QueuedRecipient r = queue.recipients(m.id()).getFirst();
    var attempted = new Attempted(r, new Outcome.Failed(UNKNOWN), null);
    List<NewMessage> all = notices.failed(m, List.of(attempted));
    assertThat(queue.update(m.id(), List.of(new Queue.Change(r, null)), all)).isTrue();
    assertThat(queue.message(m.id())).isNull();
    List<String> waiting = new ArrayList<>();
    queue.forEach(
        (n, to) -> waiting.add(n.sender().path() + " " + to.getFirst().recipient().path()));
    assertThat(waiting).containsExactly("<> <ana@example.test>");

    m = message();
    r = queue.recipients(m.id()).getFirst();
    var later = new Outcome.Deferred(UNKNOWN, Outcome.Pace.SAME);
    assertThat(text(notices.delayed(m, List.of(new Attempted(r, later, m.expires()))).getFirst()))
        .contains("Will-Retry-Until: Fri, 27 Nov 2026 10:00:00 +0000\r\n");
  }

  @Test
  void marksEightBitsAndUtf8() throws IOException {
    String text = "Subject: x\n\nGrüße\n";
    QueuedMessage plain = message("ana@example.test", MailOptions.NONE, text);
    NewMessage n = notices.notice(plain, List.of(failed(bo()))).getFirst();
    assertThat(n.sender().body()).isEqualTo(Body.EIGHT_BIT_MIME);
    assertThat(n.sender().options().utf8()).isFalse();
    QueuedMessage utf8 =
        message("anä@example.test", MailOptions.NONE.withUtf8(true), "Subject: ü\n\nx\n");
    n = notices.notice(utf8, List.of(failed(bo()))).getFirst();
    assertThat(n.sender().options().utf8()).isTrue();
    assertThat(text(n)).contains("To: anä@example.test\r\n", "Content-Type: message/global\r\n");
  }

  @Test
  void noTwoHaveTheSameNamesAndBoundaries() throws IOException {
    QueuedMessage m = message();
    String one = text(notices.notice(m, List.of(failed(bo()))).getFirst());
    String two = text(notices.notice(m, List.of(failed(bo()))).getFirst());
    for (String start : List.of("Message-ID: <", "boundary=\"")) {
      int at = one.indexOf(start);
      assertThat(two).doesNotContain(one.substring(at, at + start.length() + 20));
    }
  }
}
