package org.posthorn.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir private Path dir;

  @Test
  void itIsTheOwnersAlone() throws Exception {
    Path data = dir.resolve("a/b");
    try (DataDirectory open = DataDirectory.open(data)) {
      assertThat(Files.getPosixFilePermissions(open.path()))
          .isEqualTo(PosixFilePermissions.fromString("rwx------"));
      assertThat(Files.getPosixFilePermissions(data.resolve("lock")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  @Test
  void aDirectoryThatOthersCouldReadIsClosedToThem() throws Exception {
    Path data = dir.resolve("open");
    Files.createDirectory(data);
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
    DataDirectory.open(data).close();
    assertThat(Files.getPosixFilePermissions(data))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void aSecondOwnerIsToldWhoTheFirstIs() {
    try (DataDirectory first = DataDirectory.open(dir)) {
      assertThatThrownBy(() -> DataDirectory.open(first.path()))
          .isInstanceOf(CommandFailed.class)
          .hasMessage(
              "the data directory %s is in use by process %d", dir, ProcessHandle.current().pid());
    }
    DataDirectory.open(dir).close();
  }

  @Test
  void aFileInItsPlaceIsSaidSo() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "x");
    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOf(CommandFailed.class)
        .hasMessage(file + " is no directory");
  }
}
