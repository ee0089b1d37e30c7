package org.posthorn.store.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;

/// A target for fuzzing: a record's head and the rows that name it are read, or found damaged.
public final class BlobTargets {
  private BlobTargets() {}

  /// The first octet chooses.
  public static void row(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] row = Arrays.copyOfRange(input, 1, input.length);
    try {
      switch ((input[0] & 0xff) % 3) {
        case 0 -> {
          Location l = Location.decode(row);
          assertThat(l.row(1).value()).isEqualTo(row);
        }
        case 1 -> {
          SegmentRow s = SegmentRow.decode(row);
          assertThat(s.row(1).value()).isEqualTo(row);
        }
        default -> {
          byte[] head = Arrays.copyOf(row, Math.max(row.length, RecordHeader.SIZE));
          RecordHeader h = RecordHeader.decode(head, 0, 1, 2);
          if (h != null) {
            byte[] again = new byte[RecordHeader.SIZE];
            h.encode(again, 0, 1, 2);
            assertThat(again).isEqualTo(Arrays.copyOf(head, RecordHeader.SIZE));
          }
        }
      }
    } catch (IllegalStateException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
