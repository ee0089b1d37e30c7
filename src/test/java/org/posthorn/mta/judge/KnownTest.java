package org.posthorn.mta.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.judge.Standing.Code;

/// What an account remembers of authors.
class KnownTest {
  private static final EmailAddress BO = EmailAddress.parse("bo@b.test");
  private final Notes notes = Known.notes();
  private final int[] note = notes.make(Known.key(BO));

  private Code standing(int day) {
    return Known.standing(note, day, BO).code();
  }

  @Test
  void aStrangerIsNotKnown() {
    assertThat(Known.standing(null, 0, BO)).isEqualTo(Standing.STRANGER);
    assertThat(standing(0)).isEqualTo(Code.NO);
  }

  @Test
  void theLastDecisionCounts() {
    Known.junked(note, 10);
    assertThat(standing(10)).isEqualTo(Code.BAD);
    Known.kept(note, 11);
    assertThat(standing(11)).isEqualTo(Code.GOOD);
    Known.junked(note, 12);
    assertThat(standing(12)).isEqualTo(Code.BAD);
    assertThat(Known.standing(note, 12, BO).words())
        .isEqualTo("you have put mail of bo@b.test into Junk");
  }

  @Test
  void whoIsReadOnSeveralDaysIsKnown() {
    Known.read(note, 10);
    Known.read(note, 10);
    Known.read(note, 10);
    Known.read(note, 11);
    assertThat(standing(11)).isEqualTo(Code.NO);
    Known.read(note, 20);
    assertThat(standing(20)).isEqualTo(Code.GOOD);
    Known.junked(note, 20);
    Known.read(note, 21);
    assertThat(standing(21)).isEqualTo(Code.BAD);
  }

  @Test
  void whoIsNotHeardOfIsForgotten() {
    Known.kept(note, 10);
    assertThat(standing(10 + Known.DAYS_MAX)).isEqualTo(Code.GOOD);
    assertThat(standing(11 + Known.DAYS_MAX)).isEqualTo(Code.NO);
  }

  /// Of many the one of whom nothing was heard longest makes room.
  @Test
  void aRowIsBounded() {
    Known.kept(note, 5);
    for (int i = 0; i < 1000; i++) {
      Known.kept(notes.make(i), 10 + i);
    }
    assertThat(notes.size()).isEqualTo(128);
    assertThat(notes.get(Known.key(BO))).isNull();
    assertThat(notes.get(999)).isNotNull();
    Notes read = Known.notes().read(notes.row());
    assertThat(read.row()).isEqualTo(notes.row());
    assertThat(notes.row().length).isLessThan(4096);
  }

  @Test
  void damagedRowsAreRefused() {
    for (byte[] row :
        new byte[][] {{}, {1}, {2, 4}, {1, 4, 0}, {1, 127, 0, 0, 0, 0, 0, 0, 0, 0}, {1, -1}}) {
      assertThatThrownBy(() -> Known.notes().read(row))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
