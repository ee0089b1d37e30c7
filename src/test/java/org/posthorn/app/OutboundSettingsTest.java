package org.posthorn.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.app.config.Config;
import org.posthorn.app.config.ConfigReader;
import org.posthorn.mta.send.DomainPattern;
import org.posthorn.mta.send.OutboundConfig;
import org.posthorn.mta.send.Smarthost;
import org.posthorn.smtp.client.Login;
import org.posthorn.smtp.client.TlsUse;

class OutboundSettingsTest {
  private static OutboundConfig of(String toml, InetSocketAddress... doors) {
    Config config = ConfigReader.parse("f", toml);
    return OutboundSettings.of(config.outbound(), "Mail.Example.org", List.of(doors));
  }

  private static InetSocketAddress door(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }

  @Test
  void nothingSaidMeansDirectly() {
    OutboundConfig config = of("");
    assertThat(config.enabled()).isTrue();
    assertThat(config.port()).isEqualTo(25);
    assertThat(config.ipv6()).isEqualTo(OutboundConfig.Ipv6.AUTO);
    assertThat(config.allowPrivate()).isFalse();
    assertThat(config.smarthosts()).isEmpty();
    assertThat(config.hostname()).isEqualTo("Mail.Example.org");
    assertThat(config.ownNames()).containsExactly("mail.example.org");
    assertThat(OutboundSettings.dns(ConfigReader.defaults().dns()).servers()).isEmpty();
  }

  @Test
  void everythingSaid(@TempDir Path dir) throws IOException {
    Path password = Files.writeString(dir.resolve("password"), "geheim\n");
    OutboundConfig config =
        of(
            """
            [outbound]
            enabled = false
            hostname = "out.example.org"
            port = 2525
            ipv6 = "never"
            allow-private = true
            also-known-as = ["NAT.example.org", "45.0.0.7"]
            source4 = "45.0.0.1"
            source6 = "2a00::1"
            require-tls = ["*.bank.test"]
            [[outbound.sources]]
            sender = "second.test"
            source4 = "45.0.0.2"
            [[outbound.smarthosts]]
            sender = "second.test"
            recipient = "*.far.test"
            host = "Smart.example.net"
            port = 465
            tls = "implicit"
            user = "me"
            password-file = "%s"
            [[outbound.smarthosts]]
            host = "[::1]"
            verify = false
            [[outbound.smarthosts]]
            host = "10.0.0.1"
            port = 25
            tls = "never"
            """
                .formatted(password));
    assertThat(config.enabled()).isFalse();
    assertThat(config.hostname()).isEqualTo("out.example.org");
    assertThat(config.port()).isEqualTo(2525);
    assertThat(config.ipv6()).isEqualTo(OutboundConfig.Ipv6.NEVER);
    assertThat(config.allowPrivate()).isTrue();
    assertThat(config.ownNames())
        .containsExactlyInAnyOrder("mail.example.org", "out.example.org", "nat.example.org");
    assertThat(config.ownDoors()).containsExactly(door("45.0.0.7", 25));
    assertThat(config.requireTls()).containsExactly(DomainPattern.parse("*.bank.test"));
    assertThat(config.sources()).hasSize(2);
    assertThat(config.sources().getFirst().ipv4().getHostAddress()).isEqualTo("45.0.0.2");
    assertThat(config.sources().getFirst().ipv6()).isNull();
    assertThat(config.sources().getLast().ipv4().getHostAddress()).isEqualTo("45.0.0.1");
    assertThat(config.smarthosts())
        .containsExactly(
            new Smarthost(
                DomainPattern.parse("second.test"),
                DomainPattern.parse("*.far.test"),
                "smart.example.net",
                465,
                TlsUse.IMPLICIT_VERIFIED,
                new Login("me", "geheim", false)),
            new Smarthost(
                DomainPattern.ALL,
                DomainPattern.ALL,
                "0:0:0:0:0:0:0:1",
                587,
                TlsUse.REQUIRED,
                null),
            new Smarthost(
                DomainPattern.ALL, DomainPattern.ALL, "10.0.0.1", 25, TlsUse.NEVER, null));
  }

  @Test
  void aDoorOnEveryAddressIsADoorOnEach() {
    assertThat(of("", door("::", 2525)).ownDoors()).contains(door("127.0.0.1", 2525));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "port = 0|outbound.port: 0 is not a port",
        "source4 = \"::1\"|outbound.source4: ::1 is not an IPv4 address",
        "source6 = \"host\"|outbound.source6: host is not an IPv6 address",
        "also-known-as = [\"a b\"]|outbound.also-known-as: a b is neither a name nor an address",
        "require-tls = [\"a.*\"]|outbound.require-tls: \"a.*\" is neither a domain nor *.domain"
            + " nor *",
        "smarthosts = [{ port = 25 }]|outbound.smarthosts: host is missing",
        "smarthosts = [{ host = \"a b\" }]|outbound.smarthosts: host: a b is neither a name nor an"
            + " address",
        "smarthosts = [{ host = \"a\", user = \"u\" }]|outbound.smarthosts: user and password-file"
            + " go together",
        "smarthosts = [{ host = \"a\", user = \"u\", password-file = \"/none\" }]"
            + "|outbound.smarthosts: /none cannot be read: /none",
        "sources = [{ sender = \"*\", source4 = \"x\" }]|outbound.sources: source4: x is not an"
            + " IPv4 address",
      })
  void everyComplaintNamesTheKey(String toml, String complaint) {
    assertThatThrownBy(() -> of("[outbound]\n" + toml))
        .isInstanceOf(CommandFailed.class)
        .hasMessage(complaint);
  }
}
