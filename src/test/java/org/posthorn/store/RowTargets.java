package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.posthorn.store.kv.Row;

/// Targets for fuzzing: a row is read, or found damaged.
public final class RowTargets {
  private RowTargets() {}

  /// The first octet chooses the kind of row.
  public static void row(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] row = Arrays.copyOfRange(input, 1, input.length);
    try {
      switch ((input[0] & 0xff) % 11) {
        case 0 -> message(row);
        case 1 -> {
          Membership m = Membership.decode(row);
          assertThat(Membership.decode(m.row())).isEqualTo(m);
        }
        case 2 -> {
          Grave g = Grave.decode(row);
          assertThat(Grave.decode(g.row())).isEqualTo(g);
        }
        case 3 -> {
          Mailbox.Data d = Mailbox.Data.decode(row);
          assertThat(Mailbox.Data.decode(d.row())).isEqualTo(d);
        }
        case 4 -> {
          AccountState.Data d = AccountState.Data.decode(row);
          assertThat(AccountState.Data.decode(d.row())).isEqualTo(d);
        }
        case 5 -> LogRow.decode(row);
        case 8 -> {
          Rights r = Acl.decode(row);
          assertThat(Acl.decode(Acl.row(r))).isEqualTo(r);
        }
        case 9 -> {
          Metadata.Entry e = Metadata.decode(row);
          Metadata.Entry again = Metadata.decode(Metadata.row(e));
          assertThat(again.name()).isEqualTo(e.name());
          assertThat(again.value()).isEqualTo(e.value());
        }
        case 10 -> {
          Seen.Marks m = Seen.Marks.decode(row);
          assertThat(Seen.Marks.decode(m.row()).row()).isEqualTo(m.row());
        }
        case 6 -> PageIndex.decode(List.of(new Row(new byte[] {'x'}, row)));
        default -> BlobUse.shared(row);
      }
    } catch (Unpack.DamagedRow e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static void message(byte[] row) {
    MessageRow m = MessageRow.decode(1, row);
    m.envelope();
    m.body();
    m.bodyStructure();
    m.threadHashes();
    m.references();
    try {
      m.structure();
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  /// The two rows of a page, the first as long as the first octet says.
  public static void page(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int border = Math.min(input.length, 1 + (input[0] & 0xff));
    byte[] fixed = Arrays.copyOfRange(input, 1, border);
    byte[] changing = Arrays.copyOfRange(input, border, input.length);
    try {
      Page p = Page.decode(0, fixed, changing);
      Page again = Page.decode(0, p.fixedRow(), p.changingRow());
      assertThat(again.fixedRow()).isEqualTo(p.fixedRow());
      assertThat(again.changingRow()).isEqualTo(p.changingRow());
    } catch (Unpack.DamagedRow e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
