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
import org.posthorn.app.config.Listen;
import org.posthorn.app.config.Outbound;

class DevConfigTest {
  private static final Path DATA = Path.of("/tmp", "with \"quotes\" and \\");

  @Test
  void portsAreTheStandardOnesAndTheOffset() {
    Config config = DevConfig.of(DATA, "127.0.0.1", 1000, false);
    Listen listen = config.listen();
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

  @Test
  void mailStaysHereUnlessAWayOutIsNamed() {
    assertThat(DevConfig.of(DATA, "::1", 1000, false).outbound().enabled()).isFalse();
    Outbound outbound = outside("[::1]:2025", null, null).outbound();
    assertThat(outbound.enabled()).isTrue();
    assertThat(outbound.smarthosts()).hasSize(1);
    assertThat(outbound.smarthosts().getFirst().host()).isEqualTo("[::1]");
    assertThat(outbound.smarthosts().getFirst().port()).isEqualTo(2025);
    assertThat(outbound.allowPrivate()).isFalse();

    Config config = outside(null, "127.0.0.1:5300", 2025);
    assertThat(config.outbound().enabled()).isTrue();
    assertThat(config.outbound().smarthosts()).isEmpty();
    assertThat(config.outbound().port()).isEqualTo(2025);
    assertThat(config.outbound().allowPrivate()).isTrue();
    assertThat(config.dns().servers()).containsExactly(new Endpoint("127.0.0.1", 5300));
  }

  private static Config outside(String relay, String dns, Integer mxPort) {
    return DevConfig.of(DATA, "127.0.0.1", 1000, false, new DevConfig.Outside(relay, dns, mxPort));
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, , , --relay localhost is not HOST:PORT",
    ":25, , , --relay :25 is not HOST:PORT",
    "a:0, , , --relay a:0 is not HOST:PORT",
    "a:65536, , , --relay a:65536 is not HOST:PORT",
    ", localhost:53, , --dns localhost:53: localhost is not an IP address",
    ", 127.0.0.1, , '--dns 127.0.0.1: \"127.0.0.1\" has no port'",
    ", , 0, --mx-port 0 is not a port",
    ", , 70000, --mx-port 70000 is not a port",
  })
  void whatIsNoWayOutIsRefused(String relay, String dns, Integer mxPort, String complaint) {
    assertThatThrownBy(() -> outside(relay, dns, mxPort))
        .isInstanceOf(CommandFailed.class)
        .hasMessage(complaint);
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
