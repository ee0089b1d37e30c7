package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.dns.Zones;
import org.posthorn.mta.judge.Inspector;
import org.posthorn.mta.judge.Judgement;
import org.posthorn.mta.judge.Verdict;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.server.SmtpTalk;
import org.posthorn.store.Incoming;
import org.posthorn.store.Message;

/// Messages whose judges wait hold no more memory than there is.
class RoomTest {
  private static final long MIB = 1 << 20;
  private static final long LARGE = MIB / 2;

  private final MailHost host = new MailHost();

  @AfterEach
  void end() {
    host.close();
  }

  @Test
  void largeHeadersLeaveRoomForSmallOnes() {
    Room room = new Room(32 * MIB);
    List<Room.Place> places = new ArrayList<>();
    for (Room.Place p = take(room, LARGE); p != null; p = take(room, LARGE)) {
      places.add(p);
    }
    // Each holds its header three times.
    assertThat(places).hasSizeBetween(5, 10);
    try (Room.Place small = take(room, 4000)) {
      assertThat(small).isNotNull();
    }
    places.forEach(Room.Place::close);
    assertThat(room.free()).isEqualTo(32 * MIB);
  }

  private static Room.Place take(Room room, long header) {
    return room.take(header, Duration.ZERO);
  }

  @Test
  void headersOfPartsCount() throws IOException {
    Room room = new Room(4 * MIB);
    String field = "X: " + "y".repeat(900) + "\r\n";
    String text =
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n"
            + ("--b\r\n" + field.repeat(4) + "\r\nx\r\n").repeat(100)
            + "--b--\r\n";
    try (Incoming incoming = host.disk.store.receive();
        Room.Place place = take(room, 43)) {
      incoming.write(text.getBytes(StandardCharsets.US_ASCII));
      Message message = incoming.finish();
      long before = room.free();
      assertThat(place.fit(message)).isTrue();
      assertThat(before - room.free()).isGreaterThan(300_000);
    }
    assertThat(room.free()).isEqualTo(4 * MIB);
  }

  @Test
  void allIsGivenBack() {
    CountDownLatch asked = new CountDownLatch(1);
    host.account("ana@foo.com");
    long free = host.mta.room().free();
    host.mta.inspectBy(
        new Inspector(
            "mx.foo.com",
            c -> true,
            new Zones(),
            host.disk.clock,
            Ticker.SYSTEM,
            new Random(1),
            (facts, message, accounts) -> {
              assertThat(host.mta.room().free()).isLessThan(free);
              asked.countDown();
              return new Judgement(new Verdict(Verdict.Action.ACCEPT, "r", List.of()));
            }));
    SmtpTalk t = host.mx();
    assertThat(MailHost.send(t, "eve@bar.com", "ana@foo.com", "Subject: x", "", "x"))
        .startsWith("250");
    assertThat(asked.getCount()).isZero();
    assertThat(host.mta.room().free()).isEqualTo(free);
  }
}
