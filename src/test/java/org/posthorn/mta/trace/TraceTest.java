package org.posthorn.mta.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.Await;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Identity;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Ids;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.MemoryKv;
import org.posthorn.store.kv.RocksKv;
import org.posthorn.store.kv.RocksOptions;

class TraceTest {
  private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");
  private static final long DAY_NANOS = Duration.ofDays(1).toNanos();

  /// Nanoseconds since the start, of both clocks.
  private final AtomicLong nanos = new AtomicLong();

  private final Ids ids = new Ids(this::now, 0, 0);
  private Kv kv = new MemoryKv();
  private Trace trace = open(TraceOptions.DEFAULT);

  private Instant now() {
    return START.plusNanos(nanos.get());
  }

  private Trace open(TraceOptions options) {
    return new Trace(kv, this::now, nanos::get, options);
  }

  @AfterEach
  void close() {
    trace.close();
    kv.close();
  }

  private record Login(String name) implements Identity {}

  private Client client(String login) {
    var remote = new InetSocketAddress("192.0.2.7", 40_000);
    var endpoint = new Client.Endpoint(remote, remote, false, false, false, nanos.get());
    var tls = new Client.Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256");
    return new Client(
        "c1", endpoint, "mx.sender.test", true, tls, login == null ? null : new Login(login));
  }

  private static Recipient to(String address) {
    return Recipient.of(new ForwardPath(EmailAddress.parse(address)));
  }

  private static Sender from(String address) {
    return new Sender(new ReversePath(EmailAddress.parse(address)), 0, Body.SEVEN_BIT);
  }

  private Found find(String text) {
    trace.flush();
    return new TraceReader(kv).find(text, null, 100);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  /// A message from elsewhere: one recipient is here, one stands for somebody elsewhere, one does
  /// not exist.
  private QueueId incoming(String messageId) {
    Story story = trace.story(new QueueId(ids.next()));
    Client client = client(null);
    pass(Duration.ofMillis(5));
    story.connected(client);
    story.sender(from("eve@sender.test"));
    story.recipient(to("ana@here.test"), Reply.of(250, "2.1.5", "Recipient ok"));
    story.recipient(to("sales@here.test"), Reply.of(250, "2.1.5", "Recipient ok"));
    story.recipient(to("nobody@here.test"), Reply.of(550, "5.1.1", "No such user here"));
    story.received("<" + messageId + ">", 4_096);
    story.stored(to("ana@here.test"), EmailAddress.parse("ana@here.test"), "INBOX");
    story.expanded(to("sales@here.test"), EmailAddress.parse("bo@far.test"), "alias");
    story.queued(to("bo@far.test"), new Destination.Domain("far.test"));
    story.answered(Reply.of(250, "2.0.0", "Ok, is " + story.id()));
    return story.id();
  }

  /// Two attempts to deliver it.
  private void outgoing(QueueId id) {
    Story story = trace.story(id);
    pass(Duration.ofSeconds(1));
    story.tried("mx.far.test [198.51.100.1]");
    var problem =
        new Outcome.Problem(
            "4.7.1",
            "mx.far.test [198.51.100.1]",
            "451 4.7.1 Greylisted",
            "The other server asks to come again later.");
    story.outcome(
        to("bo@far.test"), new Outcome.Deferred(problem, Outcome.Pace.SAME), now().plusSeconds(60));
    pass(Duration.ofSeconds(60));
    story.tried("mx.far.test [198.51.100.1]");
    story.outcome(
        to("bo@far.test"),
        new Outcome.Delivered("mx.far.test [198.51.100.1]", "250 2.0.0 ok 17", false, "TLSv1.3"),
        null);
  }

  @Test
  void whatIsTriedAtOnceWasInTheQueueBefore() {
    Story story = trace.story(new QueueId(ids.next()));
    Instant handed = story.now();
    pass(Duration.ofMillis(2));
    story.tried("mx.far.test [198.51.100.1]");
    story.queued(to("bo@far.test"), new Destination.Domain("far.test"), handed);
    assertThat(find(story.id().toString()).messages().getFirst().events())
        .extracting(Event::kind)
        .containsExactly(Kind.QUEUED, Kind.TRIED);
  }

  @Test
  void tellsTheWholeWayOfAMessage() {
    QueueId id = incoming("1@sender.test");
    outgoing(id);
    Found found = find("1@sender.test");
    assertThat(found.more()).isFalse();
    assertThat(found.messages()).hasSize(1);
    assertThat(found.messages().getFirst().id()).isEqualTo(id);
    assertThat(found.messages().getFirst().events())
        .extracting(Event::kind, Event::recipient, Event::where, Event::words)
        .containsExactly(
            tuple(Kind.CONNECTED, "", "192.0.2.7", "mx.sender.test"),
            tuple(Kind.SENDER, "eve@sender.test", "", ""),
            tuple(Kind.ACCEPTED, "ana@here.test", "", "250 2.1.5 Recipient ok"),
            tuple(Kind.ACCEPTED, "sales@here.test", "", "250 2.1.5 Recipient ok"),
            tuple(Kind.REFUSED, "nobody@here.test", "", "550 5.1.1 No such user here"),
            tuple(Kind.RECEIVED, "", "1@sender.test", ""),
            tuple(Kind.STORED, "ana@here.test", "ana@here.test", ""),
            tuple(Kind.EXPANDED, "sales@here.test", "bo@far.test", ""),
            tuple(Kind.QUEUED, "bo@far.test", "far.test", ""),
            tuple(Kind.ANSWERED, "", "", "250 2.0.0 Ok, is " + id),
            tuple(Kind.TRIED, "", "mx.far.test [198.51.100.1]", ""),
            tuple(
                Kind.DEFERRED, "bo@far.test", "mx.far.test [198.51.100.1]", "451 4.7.1 Greylisted"),
            tuple(Kind.TRIED, "", "mx.far.test [198.51.100.1]", ""),
            tuple(Kind.DELIVERED, "bo@far.test", "mx.far.test [198.51.100.1]", "250 2.0.0 ok 17"));
    Event connected = found.messages().getFirst().events().getFirst();
    assertThat(connected.at()).isEqualTo(START);
    assertThat(connected.how()).isEqualTo("ESMTPS, TLSv1.3 TLS_AES_128_GCM_SHA256, connection c1");
    Event deferred = found.messages().getFirst().events().get(11);
    assertThat(deferred.at()).isEqualTo(START.plusMillis(1_005));
    assertThat(deferred.next()).isEqualTo(START.plusMillis(61_005));
    assertThat(deferred.how()).isEqualTo("4.7.1 The other server asks to come again later.");
  }

  @Test
  void isFoundByEverythingThatNamesIt() {
    QueueId id = incoming("Case.Matters@sender.test");
    for (String text :
        List.of(
            "Case.Matters@sender.test",
            "<Case.Matters@sender.test>",
            " <Case.Matters@sender.test> ",
            "eve@sender.test",
            "EVE@Sender.TEST",
            "<ana@here.test>",
            "sales@here.test",
            "nobody@here.test",
            "bo@far.test",
            "192.0.2.7",
            "[192.0.2.7]",
            id.toString(),
            id.toString().toLowerCase(java.util.Locale.ROOT))) {
      assertThat(find(text).messages()).as(text).extracting(Found.Message::id).containsExactly(id);
    }
    for (String text :
        List.of("case.matters@sender.test", "x@y.test", "192.0.2.8", "", "<>", "0")) {
      assertThat(find(text).messages()).as(text).isEmpty();
    }
  }

  @Test
  void isFoundByAnIpv6AddressHoweverWritten() {
    Story story = trace.story(new QueueId(ids.next()));
    var remote = new InetSocketAddress("2001:db8::1", 40_000);
    var endpoint = new Client.Endpoint(remote, remote, false, false, false, nanos.get());
    story.connected(new Client("c2", endpoint, "", false, null, null));
    for (String text : List.of("2001:db8::1", "2001:DB8:0:0:0:0:0:1", "[IPv6:2001:db8::1]")) {
      assertThat(find(text).messages()).as(text).hasSize(1);
    }
  }

  @Test
  void tellsWhatWasRefusedBeforeAnyMessage() {
    Story story = trace.story(new QueueId(ids.next()));
    story.connected(client("eve@here.test"));
    story.sender(from("ana@here.test"));
    story.answered(Reply.of(550, "5.7.1", "You may not send as ana@here.test"));
    for (String text : List.of("eve@here.test", "ana@here.test", "192.0.2.7")) {
      assertThat(find(text).messages().getFirst().events())
          .extracting(Event::kind)
          .containsExactly(Kind.CONNECTED, Kind.LOGGED_IN, Kind.SENDER, Kind.MESSAGE_REFUSED);
    }
  }

  @Test
  void tellsTheNewestAndSaysThatThereAreMore() {
    List<QueueId> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      all.add(incoming(i + "@sender.test"));
    }
    trace.flush();
    TraceReader reader = new TraceReader(kv);
    Found found = reader.find("ana@here.test", null, 3);
    assertThat(found.more()).isTrue();
    assertThat(found.messages())
        .extracting(Found.Message::id)
        .containsExactlyElementsOf(all.subList(297, 300));
    assertThat(reader.find("ana@here.test", null, 300).more()).isFalse();
    Instant since = now().minusMillis(12);
    assertThat(reader.find("ana@here.test", since, 300).messages()).hasSize(3);
  }

  @Test
  void survivesTheEndOfTheProcess(@TempDir Path directory) throws IOException {
    trace.close();
    kv.close();
    kv = rocks(directory);
    trace = open(TraceOptions.DEFAULT);
    QueueId id = incoming("1@sender.test");
    trace.close();
    kv.close();
    kv = rocks(directory);
    trace = open(TraceOptions.DEFAULT);
    outgoing(id);
    assertThat(find("eve@sender.test").messages().getFirst().events()).hasSize(14);
  }

  private static Kv rocks(Path directory) throws IOException {
    return RocksKv.open(
        directory.resolve("rows"), RocksOptions.DEFAULT.withoutReserve(), System::nanoTime);
  }

  @Test
  void keepsAStoryAsLongAsSomethingHappensInIt() {
    QueueId gone = incoming("1@sender.test");
    QueueId stays = incoming("2@sender.test");
    trace.flush();
    pass(Duration.ofDays(29));
    outgoing(stays);
    trace.flush();
    pass(Duration.ofDays(2));
    trace.start();
    Await.until(() -> trace.counters().storiesForgotten.sum() > 0);
    assertThat(find(gone.toString()).messages()).isEmpty();
    assertThat(find("eve@sender.test").messages())
        .extracting(Found.Message::id)
        .containsExactly(stays);
    assertThat(find("2@sender.test").messages().getFirst().events()).hasSize(14);
    assertThat(terms()).isEqualTo(7);
  }

  /// Keys of the index.
  private int terms() {
    return kv.scanLocal(new byte[] {'X'}, new byte[] {'Y'}, 10_000).size();
  }

  @Test
  void forgetsAllOfManyAndLeavesNothing() {
    for (int i = 0; i < 500; i++) {
      outgoing(incoming(i + "@sender.test"));
    }
    trace.flush();
    nanos.addAndGet(40 * DAY_NANOS);
    trace.start();
    Await.until(() -> trace.counters().storiesForgotten.sum() == 500);
    trace.flush();
    assertThat(terms()).isZero();
    assertThat(kv.scanLocal(TraceKeys.from(0), TraceKeys.EVENTS_END, 10)).isEmpty();
    assertThat(new TraceSize(kv).octets()).isZero();
  }

  @Test
  void forgetsTheOldestWhenThereIsTooMuch() {
    trace.close();
    trace = open(TraceOptions.DEFAULT.withSize(20_000));
    trace.start();
    QueueId last = null;
    for (int i = 0; i < 200; i++) {
      last = incoming(i + "@sender.test");
    }
    trace.flush();
    Await.until(() -> new TraceSize(kv).octets() <= 20_000);
    Found found = find("ana@here.test");
    assertThat(found.messages()).hasSizeBetween(10, 100);
    assertThat(found.messages().getLast().id()).isEqualTo(last);
  }

  @Test
  void keepsNothingWhereNothingIsToBeKept() {
    trace.close();
    trace = open(TraceOptions.DEFAULT.withKeep(Duration.ZERO));
    incoming("1@sender.test");
    assertThat(find("1@sender.test").messages()).isEmpty();
    trace.close();
    trace = Trace.off();
    incoming("1@sender.test");
    assertThat(find("1@sender.test").messages()).isEmpty();
  }

  @Test
  void countsWhatIsTooMuchAndGoesOn() throws Exception {
    trace.close();
    kv.close();
    StoppedDisk disk = new StoppedDisk();
    kv = new MemoryKv(disk);
    trace = open(TraceOptions.DEFAULT);
    Event event = new Event(now(), Kind.REMARK, "", "", "", "x".repeat(Event.WORDS_MAX), null);
    QueueId id = new QueueId(ids.next());
    long enough = 2 * Trace.WAITING_MAX / event.weight();
    for (long i = 0; i < enough; i++) {
      trace.note(id, event);
    }
    assertThat(trace.counters().eventsDropped.sum()).isBetween(enough / 3, enough);
    disk.works = true;
    trace.flush();
    assertThat(trace.counters().events.sum() + trace.counters().eventsDropped.sum())
        .isEqualTo(enough);
    trace.note(id, event);
    assertThat(find(id.toString()).messages().getFirst().events().size())
        .isEqualTo((int) trace.counters().events.sum());
  }

  /// Refuses every write until it is told that it works.
  private static final class StoppedDisk implements Faults {
    volatile boolean works;

    @Override
    public Fate commit(Commit commit) {
      return works ? Fate.APPLY : Fate.REJECT;
    }
  }

  @Test
  void keepsNoControlCharacterOfStrangers() {
    Event event =
        new Event(
            now(),
            Kind.REMARK,
            "a\u001b[2Jb",
            "c\r\nd",
            "e\u202ef",
            "g\ud800h" + "é".repeat(2_000),
            null);
    assertThat(event.recipient()).isEqualTo("a?[2Jb");
    assertThat(event.where()).isEqualTo("c  d");
    assertThat(event.how()).isEqualTo("e?f");
    assertThat(event.words()).startsWith("g?hé").hasSize(Event.WORDS_MAX).endsWith("…");
  }

  @Test
  void damagedRowsHideNothingElse() {
    QueueId id = incoming("1@sender.test");
    trace.flush();
    kv.writeLocal(
        new Commit.Local(
            List.of(
                new org.posthorn.store.kv.Row(
                    TraceKeys.events(id.value(), now().toEpochMilli() + 1, 1), new byte[] {9})),
            List.of()));
    List<Event> events = find("1@sender.test").messages().getFirst().events();
    assertThat(events).hasSize(11);
    assertThat(events.getLast().words()).contains("cannot be read");
  }

  /// What the documentation says of the disk. The figure counts rows as they are, before the
  /// database packs them.
  @Test
  void takesAsMuchRoomAsIsSaid() {
    for (int i = 0; i < 100; i++) {
      outgoing(incoming(i + ".2026113012@sender.test"));
    }
    trace.flush();
    assertThat(new TraceSize(kv).octets() / 100).isBetween(600L, 800L);
  }

  @Test
  void everyKindIsReadAsItWasWritten() {
    List<Event> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      all.add(new Event(START, kind, "r@x.test", "where", "how", "words", START.minusSeconds(1)));
      all.add(new Event(START.minusMillis(3), kind, "", "", "", "", START));
    }
    assertThat(TraceRow.decode(TraceRow.encode(all))).isEqualTo(all);
  }
}
