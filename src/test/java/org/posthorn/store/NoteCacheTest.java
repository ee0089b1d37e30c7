package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NoteCacheTest {
  private static final MailboxId INBOX = new MailboxId(7);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String note(NoteColumn c, long uid) {
    int place = c.place(uid);
    return place < 0
        ? null
        : new String(
            c.octets(), c.from(place), c.to(place) - c.from(place), StandardCharsets.UTF_8);
  }

  @Test
  void aColumnHasWhatWasAddedInWhateverOrder() {
    Random random = new Random(1);
    for (int round = 0; round < 50; round++) {
      NoteColumn column = NoteColumn.EMPTY;
      Map<Long, String> expected = new TreeMap<>();
      for (int step = 0; step < 20; step++) {
        long[] uids = random.longs(random.nextInt(1, 40), 256, 512).distinct().sorted().toArray();
        byte[][] notes = new byte[uids.length][];
        for (int i = 0; i < uids.length; i++) {
          if (random.nextInt(4) == 0) continue;
          String text = "x".repeat(random.nextInt(5)) + step;
          notes[i] = bytes(text);
          expected.putIfAbsent(uids[i], text);
        }
        column = column.with(uids, notes, 0, uids.length);
      }
      for (long uid = 256; uid < 512; uid++) {
        assertThat(note(column, uid)).isEqualTo(expected.get(uid));
      }
    }
  }

  @Test
  void theHeapTheyTakeIsBounded() {
    NoteCache cache = new NoteCache(20_000);
    for (int page = 0; page < 100; page++) {
      long uid = (long) page << Page.SHIFT;
      byte[][] notes = {bytes("first " + page), bytes("second")};
      cache.put(INBOX, page, "a", NoteColumn.EMPTY.with(new long[] {uid, uid + 9}, notes, 0, 2));
      cache.put(INBOX, page, "b", NoteColumn.EMPTY.with(new long[] {uid, uid + 9}, notes, 0, 1));
      assertThat(cache.weight()).isBetween(1L, 20_000L);
      assertThat(note(cache.of(INBOX, 0, "a"), 0)).isEqualTo("first 0"); // for it is used
    }
    assertThat(cache.of(INBOX, 1, "a")).isSameAs(NoteColumn.EMPTY);
    assertThat(note(cache.of(INBOX, 99, "a"), (99L << Page.SHIFT) + 9)).isEqualTo("second");
    assertThat(note(cache.of(INBOX, 99, "b"), (99L << Page.SHIFT) + 9)).isNull();
    assertThat(cache.of(new MailboxId(8), 99, "a")).isSameAs(NoteColumn.EMPTY);
    byte[][] huge = {new byte[50_000]};
    cache.put(INBOX, 5, "a", NoteColumn.EMPTY.with(new long[] {5 << Page.SHIFT}, huge, 0, 1));
    assertThat(cache.weight()).isZero();
  }
}
