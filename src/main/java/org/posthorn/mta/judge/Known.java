package org.posthorn.mta.judge;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import org.posthorn.mime.EmailAddress;

/// What an account's user has done with the mail of its authors: a note for each, under a hash of
/// the address. Only mail that was proven to be its author's counts, or a forger could make
/// somebody unwelcome.
///
/// Of so many authors at most; of more, those of whom nothing was heard longest are forgotten.
final class Known {
  /// Rows, each with so many authors.
  static final int ROWS = 64;

  private static final int ROW_MAX = 128;

  /// Who was last noted so long ago is a stranger again.
  static final int DAYS_MAX = 400;

  /// Days on which mail of an author was read, until he is known.
  static final int DAYS_READ = 3;

  // The numbers of a note.
  private static final int DECIDED = 0; // what was decided last: 0 nothing, or one of
  private static final int KEPT = 1;
  private static final int JUNKED = 2;
  private static final int READ_DAYS = 1;
  private static final int LAST_READ = 2;
  private static final int LAST = 3; // when anything was noted
  private static final int NUMBERS = 4;

  private static final Comparator<Map.Entry<Long, int[]>> OLDEST =
      Comparator.comparingInt(e -> e.getValue()[LAST]);

  private Known() {}

  static Notes notes() {
    return new Notes(NUMBERS, ROW_MAX, OLDEST);
  }

  static long key(EmailAddress author) {
    try {
      byte[] text = author.key().getBytes(StandardCharsets.UTF_8);
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text)).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  static int row(long key) {
    return (int) (key >>> Long.SIZE - Integer.numberOfTrailingZeros(ROWS));
  }

  /// Days since 1970.
  static int day(long epochSecond) {
    return (int) (epochSecond / Duration.ofDays(1).toSeconds());
  }

  /// What a note says of its author.
  ///
  /// @param note null for none
  static Standing standing(int[] note, int today, EmailAddress author) {
    if (note == null || today - note[LAST] > DAYS_MAX) {
      return Standing.STRANGER;
    }
    if (note[DECIDED] == JUNKED) {
      return new Standing(Standing.Code.BAD, "you have put mail of " + author + " into Junk");
    }
    if (note[DECIDED] == KEPT) {
      return new Standing(
          Standing.Code.GOOD, "you have taken mail of " + author + " out of Junk, or answered it");
    }
    return note[READ_DAYS] >= DAYS_READ
        ? new Standing(Standing.Code.GOOD, "you have read mail of " + author + " often")
        : Standing.STRANGER;
  }

  static void kept(int[] note, int today) {
    note[DECIDED] = KEPT;
    note[LAST] = today;
  }

  static void junked(int[] note, int today) {
    note[DECIDED] = JUNKED;
    note[LAST] = today;
  }

  /// Of what was read on one day one message counts. False if the note says so already.
  static boolean read(int[] note, int today) {
    if (note[LAST_READ] == today && note[READ_DAYS] > 0) {
      return false;
    }
    note[LAST_READ] = today;
    note[READ_DAYS] = Math.min(note[READ_DAYS] + 1, 1000);
    note[LAST] = today;
    return true;
  }
}
