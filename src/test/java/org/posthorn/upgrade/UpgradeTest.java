package org.posthorn.upgrade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.app.Core;
import org.posthorn.directory.Login;
import org.posthorn.store.AccountId;
import org.posthorn.store.Flags;
import org.posthorn.store.Incoming;

/// Data directories of every version released: this one opens them, finds all that was in them, and
/// goes on from there.
class UpgradeTest {
  @TempDir Path data;

  @ParameterizedTest
  @ValueSource(strings = "0.1.0")
  void everythingIsStillThere(String version) throws IOException {
    String dump = unpack(version);
    try (Core core = DataOfThisVersion.open(data)) {
      assertThat(core.store().check()).isEmpty();
      assertThat(core.directory().check()).isEmpty();
      assertThat(Dump.of(core)).isEqualTo(dump);
      Login login =
          core.directory()
              .login(
                  "ana@example.test", DataOfThisVersion.PASSWORD, InetAddress.getLoopbackAddress());
      assertThat(login).isInstanceOf(Login.Ok.class);
      AccountId ana = ((Login.Ok) login).account();
      var account = core.store().account(ana);
      long next = account.mailbox("INBOX").uidNext();
      try (Incoming in = core.store().receive()) {
        in.write("Subject: new\r\n\r\nafter the upgrade\r\n".getBytes(StandardCharsets.US_ASCII));
        var when = java.time.OffsetDateTime.parse("2026-12-01T00:00:00Z");
        assertThat(account.append("INBOX", in.finish(), Flags.NONE, when).uid()).isEqualTo(next);
      }
      assertThat(core.store().check()).isEmpty();
    }
  }

  private String unpack(String version) throws IOException {
    String dump = null;
    try (InputStream file = getClass().getResourceAsStream("/data/" + version + ".zip");
        ZipInputStream zip = new ZipInputStream(file)) {
      for (ZipEntry e; (e = zip.getNextEntry()) != null; ) {
        byte[] octets = zip.readAllBytes();
        if (e.getName().equals("dump.txt")) {
          dump = new String(octets, StandardCharsets.UTF_8);
        } else {
          Path to = data.resolve(e.getName());
          Files.createDirectories(to.getParent());
          Files.write(to, octets);
        }
      }
    }
    return dump;
  }
}
