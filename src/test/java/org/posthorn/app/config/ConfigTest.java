package org.posthorn.app.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.net.NetworkSet;

class ConfigTest {
  @Test
  void anEmptyFileIsTheDefaults() {
    Config config = ConfigReader.defaults();
    assertThat(config.data()).isEqualTo(Path.of("/var/lib/posthorn"));
    assertThat(config.listen().smtp().enabled()).isTrue();
    assertThat(config.listen().smtp().bind()).containsExactly(new Endpoint("*", 25));
    assertThat(config.listen().lmtp().enabled()).isFalse();
    assertThat(config.smtp().authOn25()).isFalse();
    assertThat(config.imap().stillHere()).isEqualTo(Duration.ofMinutes(2));
    assertThat(config.limits().messageSize().bytes()).isEqualTo(50L << 20);
  }

  @Test
  void theDescribedFileReadsBackAsTheDefaults() {
    assertThat(ConfigReader.parse("described", ConfigText.describe()))
        .isEqualTo(ConfigReader.defaults());
  }

  @Test
  void everyKeyIsDocumented() {
    List<String> undocumented = new ArrayList<>();
    collectUndocumented(Config.class, undocumented);
    assertThat(undocumented).isEmpty();
  }

  @Test
  void everyKeyIsInTheDescribedFile() {
    List<String> missing = new ArrayList<>();
    String text = ConfigText.describe();
    for (RecordComponent component : components(Config.class)) {
      if (!text.contains(ConfigReader.name(component))) {
        missing.add(component.toString());
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void whatIsGivenReplacesTheDefaultOfThatKeyAlone() {
    Config config =
        ConfigReader.parse(
            "t",
            """
            hostname = "mail.example.org"
            [listen.imap]
            enabled = false
            [listen.smtp]
            bind = ["192.0.2.1:2525", "[2001:db8::1]:25"]
            [[tls.certificates]]
            certificate = "/c.pem"
            key = "/k.pem"
            [network]
            trusted = ["10.0.0.0/8"]
            [smtp.bare-newline]
            smtp = "convert"
            [limits]
            message-size = "1GiB"
            """);
    assertThat(config.hostname()).isEqualTo("mail.example.org");
    assertThat(config.listen().imap().enabled()).isFalse();
    assertThat(config.listen().imap().bind()).containsExactly(new Endpoint("*", 143));
    assertThat(config.listen().smtp().bind())
        .containsExactly(new Endpoint("192.0.2.1", 2525), new Endpoint("2001:db8::1", 25));
    assertThat(config.tls().certificates())
        .containsExactly(new Config.Certificate(Path.of("/c.pem"), Path.of("/k.pem")));
    assertThat(config.network().trusted()).isEqualTo(NetworkSet.parse("10.0.0.0/8"));
    assertThat(config.smtp().bareNewline().smtp()).isEqualTo(Config.BareNewline.CONVERT);
    assertThat(config.smtp().bareNewline().lmtp()).isEqualTo(Config.BareNewline.CONVERT);
    assertThat(config.limits().messageSize()).isEqualTo(new ByteSize(1L << 30));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "hostnam = \"x\"|f:1: unknown key hostnam (did you mean hostname?)",
        "[limits]\\n\\nconections = 5|f:3: unknown key limits.conections (did you mean"
            + " limits.connections?)",
        "[listen.impas]\\nenabled = true|f:1: unknown key listen.impas (did you mean"
            + " listen.imaps?)",
        "limits.connections = \"many\"|f:1: limits.connections is a whole number",
        "limits.connections = -1|f:1: limits.connections is a whole number",
        "[imap]\\nstill-here = \"soon\"|f:2: imap.still-here \"soon\" is not a duration such as"
            + " \"2m\"",
        "log.level = \"loud\"|f:1: log.level is one of debug, info, warning, error",
        "listen.smtp.bind = \"*:25\"|f:1: listen.smtp.bind is a list: put it in [ ]",
        "listen.smtp.bind = [\"mx:25\"]|f:1: listen.smtp.bind mx is not an IP address",
        "listen.smtp.bind = [\"::1:25\"]|f:1: listen.smtp.bind \"::1:25\" needs brackets around"
            + " its IPv6 address",
        "network.trusted = [\"10.0.0.1/8\"]|f:1: network.trusted 10.0.0.1/8 has bits set behind"
            + " its prefix",
        "data = 5|f:1: data is a text: put it in \" \"",
        "smtp = 5|f:1: smtp is a table: write [smtp]",
        "tls.certificates = [1]|f:1: tls.certificates is a list of tables: write"
            + " [[tls.certificates]]",
      })
  void everyComplaintNamesLineAndKey(String toml, String expected) {
    assertThatThrownBy(() -> ConfigReader.parse("f", toml.replace("\\n", "\n")))
        .isInstanceOf(ConfigException.class)
        .hasMessage(expected);
  }

  @Test
  void brokenTomlNamesItsLine() {
    assertThatThrownBy(() -> ConfigReader.parse("f", "hostname = \"a\"\nthis is not toml\n"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("f:2: ");
  }

  @Test
  void aMissingFileIsSaidSo(@org.junit.jupiter.api.io.TempDir Path dir) {
    assertThatThrownBy(() -> ConfigReader.read(dir.resolve("none.toml")))
        .hasMessageEndingWith("none.toml: no such file");
  }

  private static void collectUndocumented(Class<?> type, List<String> undocumented) {
    for (RecordComponent component : components(type)) {
      Key key = component.getAnnotation(Key.class);
      if (key == null || key.doc().isBlank() || !key.doc().endsWith(".")) {
        undocumented.add(component.getDeclaringRecord().getSimpleName() + "." + component);
      }
    }
  }

  private static List<RecordComponent> components(Class<?> type) {
    List<RecordComponent> all = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      all.add(component);
      Class<?> part = component.getType();
      if (component.getGenericType() instanceof ParameterizedType list) {
        part = (Class<?>) list.getActualTypeArguments()[0];
      }
      if (part.isRecord() && part.getPackage() == type.getPackage() && isTable(part)) {
        all.addAll(components(part));
      }
    }
    return all;
  }

  private static boolean isTable(Class<?> type) {
    return type.getEnclosingClass() == Config.class;
  }
}
