package org.posthorn.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.config.Config;
import org.posthorn.app.config.Endpoint;

class DevConfigTest {
  private static final Path DATA = Path.of("/tmp", "with \"quotes\" and \\");

  @Test
  void portsAreTheStandardOnesAndTheOffset() {
    Config config = DevConfig.of(DATA, "127.0.0.1", 1000, false);
    Config.Listen listen = config.listen();
    assertThat(config.data()).isEqualTo(DATA);
    assertThat(config.domains()).containsExactly("example.test");
    assertThat(listen.lmtp().bind()).containsExactly(new Endpoint("127.0.0.1", 1024));
    assertThat(listen.smtp().bind()).containsExactly(new Endpoint("127.0.0.1", 1025));
    assertThat(listen.pop3().bind()).containsExactly(new Endpoint("127.0.0.1", 1110));
    assertThat(listen.imap().bind()).containsExactly(new Endpoint("127.0.0.1", 1143));
    assertThat(listen.submissions().bind()).containsExactly(new Endpoint("127.0.0.1", 1465));
    assertThat(listen.submission().bind()).containsExactly(new Endpoint("127.0.0.1", 1587));
    assertThat(listen.imaps().bind()).containsExactly(new Endpoint("127.0.0.1", 1993));
    assertThat(listen.pop3s().bind()).containsExactly(new Endpoint("127.0.0.1", 1995));
    assertThat(config.metrics().bind()).isEqualTo(new Endpoint("127.0.0.1", 8025));
    assertThat(listen.lmtp().enabled()).isTrue();
  }

  @Test
  void dataLiesInTheUsersStateDirectory() {
    assertThat(DevConfig.defaultData(Map.of("XDG_STATE_HOME", "/s", "HOME", "/h")))
        .isEqualTo(Path.of("/s/posthorn/dev"));
    assertThat(DevConfig.defaultData(Map.of("XDG_STATE_HOME", "relative", "HOME", "/h")))
        .isEqualTo(Path.of("/h/.local/state/posthorn/dev"));
  }

  @Test
  void strictForbidsPasswordsInClear() {
    assertThat(DevConfig.of(DATA, "::1", 1000, false).login().cleartext())
        .isEqualTo(Config.Cleartext.LOOPBACK);
    assertThat(DevConfig.of(DATA, "::1", 1000, true).login().cleartext())
        .isEqualTo(Config.Cleartext.NEVER);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 58_511, 100_000})
  void anOffsetOutOfRangeIsRefused(int offset) {
    assertThatThrownBy(() -> DevConfig.of(DATA, "127.0.0.1", offset, false))
        .isInstanceOf(CommandFailed.class)
        .hasMessageContaining("--offset " + offset);
  }

  @Test
  void aBindThatIsNoAddressIsRefused() {
    assertThatThrownBy(() -> DevConfig.of(DATA, "localhost", 1000, false))
        .isInstanceOf(CommandFailed.class)
        .hasMessage("--bind localhost: localhost is not an IP address");
  }

  @ParameterizedTest
  @CsvSource({
    "ana@example.test:secret, ana@example.test, secret",
    "ana@example.test:with:colon, ana@example.test, with:colon",
    "ana@example.test:p@ss, ana@example.test, p@ss",
  })
  void aUserIsAnAddressAndAPassword(String text, String address, String password) {
    assertThat(DevCommand.User.parse(text)).isEqualTo(new DevCommand.User(address, password));
  }

  @ParameterizedTest
  @CsvSource({
    "ana, ana is not ADDRESS:PASSWORD",
    "ana@example.test, ana@example.test is not ADDRESS:PASSWORD",
    "ana@example.test:, ana@example.test:... is not ADDRESS:PASSWORD",
    "ana:secret, ana:... is not ADDRESS:PASSWORD",
    ":x, :... is not ADDRESS:PASSWORD",
    "an a@example.test:x, an a@example.test:...: an a@example.test is not an address",
  })
  void whatIsNeitherIsRefusedAndNoPasswordShown(String text, String complaint) {
    assertThatThrownBy(() -> DevCommand.User.parse(text))
        .isInstanceOf(CommandFailed.class)
        .hasMessage("--user " + complaint);
  }
}
