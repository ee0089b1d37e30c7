package org.posthorn.mta.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.posthorn.store.Unpack;

/// Targets for fuzzing: a row is read, or found damaged.
public final class QueueTargets {
  private QueueTargets() {}

  /// The first octet chooses the kind of row.
  public static void row(byte[] input) {
    if (input.length == 0) return;
    byte[] row = Arrays.copyOfRange(input, 1, input.length);
    try {
      if (input[0] % 2 == 0) {
        QueueId id = new QueueId(1);
        QueueRows.MessageRow m = QueueRows.message(id, row);
        byte[] again = QueueRows.encode(m.message(), m.recipients());
        assertThat(QueueRows.encode(QueueRows.message(id, again).message(), m.recipients()))
            .isEqualTo(again);
      } else {
        QueueRows.RecipientRow r = QueueRows.recipient(1, row);
        byte[] again = QueueRows.encode(r.recipient(), r.priority());
        assertThat(QueueRows.encode(QueueRows.recipient(1, again).recipient(), r.priority()))
            .isEqualTo(again);
      }
    } catch (Unpack.DamagedRow e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
