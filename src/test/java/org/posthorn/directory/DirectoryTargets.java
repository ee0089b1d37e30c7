package org.posthorn.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.posthorn.store.StoreUnavailable;
import org.posthorn.store.kv.Row;

/// A target for fuzzing: a row is read, or found damaged.
public final class DirectoryTargets {
  private DirectoryTargets() {}

  /// The first octet chooses the kind of row.
  public static void row(byte[] input) {
    if (input.length == 0) {
      return;
    }
    byte[] row = Arrays.copyOfRange(input, 1, input.length);
    try {
      if ((input[0] & 1) == 0) {
        Credential.decode(row);
      } else if ((input[0] & 2) != 0) {
        DomainSettings settings = DomainSettings.decode(row);
        if (settings != null) {
          assertThat(DomainSettings.decode(settings.encode())).isEqualTo(settings);
        }
      } else if ((input[0] & 4) != 0) {
        SigningKey key = SigningKey.decode(new Row(SigningKey.key("a"), row));
        assertThat(SigningKey.decode(new Row(key.key(), key.encode())).toString())
            .isEqualTo(key.toString());
      } else {
        NameRow name = NameRow.decode(row);
        assertThat(NameRow.decode(name.encode())).isEqualTo(name);
      }
    } catch (StoreUnavailable e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
