package org.posthorn.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.app.config.ConfigReader;
import org.posthorn.mta.gate.GateOptions;
import org.posthorn.mta.gate.Policy;
import org.posthorn.trust.list.ListSettings;

class GateSettingsTest {
  private static GateOptions read(String toml) {
    return GateSettings.of(ConfigReader.parse("t", toml).gate());
  }

  @Test
  void anEmptyFileHasTheDefaultsAndNoList() {
    assertThat(read("")).isEqualTo(GateOptions.DEFAULT);
    assertThat(read("").lists()).isEmpty();
  }

  @Test
  void everythingCanBeSet() {
    GateOptions options =
        read(
            """
            [gate]
            greeting-delay = "0s"
            no-reverse-name = "refuse"
            hello-bare = "ignore"
            messages-per-minute = 0
            greylist-delay = "1m"
            [[gate.lists]]
            zone = "BL.example.org"
            action = "refuse"
            [[gate.lists]]
            zone = "key.example.net"
            name = "domains"
            of = "domains"
            meaning = "weak"
            action = "refuse"
            test = "none"
            """);
    assertThat(options.greetingDelay()).isZero();
    assertThat(options.names().noReverse()).isEqualTo(Policy.REFUSE);
    assertThat(options.names().bare()).isEqualTo(Policy.IGNORE);
    assertThat(options.rates().messages()).isZero();
    assertThat(options.greylisting().delay()).isEqualTo(Duration.ofMinutes(1));
    assertThat(options.lists().getFirst()).isEqualTo(ListSettings.blocking("bl.example.org"));
    ListSettings domains = options.lists().getLast();
    assertThat(domains.name()).isEqualTo("domains");
    assertThat(domains.refuses()).as("domains are only judged").isFalse();
    assertThat(domains.test()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "greeting-delay = \"5m\" | gate: greeting-delay is from 0s to 1m",
        "tarpit = \"5m\" | gate: tarpit is from 0s to 1m",
        "network-factor = 0 | gate: rates are not negative",
        "greylist-delay = \"1d\" | gate: greylist-delay is from 0s to 6h",
        "lists = [{ zone = \"\" }] | gate.lists: : zone: is no domain",
        "lists = [{ zone = \"a b\" }] | gate.lists: a b: zone: is no domain",
        "lists = [{ zone = \"a.b\", test = \"x\" }] | gate.lists: a.b: test: x is no address",
        "lists = [{ zone = \"a.b\", codes = [\"x\"] }] | gate.lists: a.b: codes: ",
      })
  void whatIsWrongIsNamed(String line, String complaint) {
    assertThatThrownBy(() -> read("[gate]\n" + line))
        .isInstanceOf(CommandFailed.class)
        .hasMessageStartingWith(complaint);
  }

  /// What the page shows can be used.
  @Test
  void theListsOfThePageAreLists() throws Exception {
    Matcher block =
        Pattern.compile("(?s)```toml\n(.*?)```").matcher(Files.readString(Path.of("docs/gate.md")));
    assertThat(block.find()).isTrue();
    assertThat(read(block.group(1)).lists()).hasSize(4);
  }
}
