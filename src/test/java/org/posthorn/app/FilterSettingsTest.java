package org.posthorn.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.app.config.ConfigReader;
import org.posthorn.mta.filter.OutsideJudges;
import org.posthorn.net.Dialer;
import org.posthorn.net.Ticker;

class FilterSettingsTest {
  private final Dialer dialer = new Dialer(Ticker.SYSTEM);

  @AfterEach
  void close() {
    dialer.close();
  }

  private OutsideJudges of(String toml) {
    return FilterSettings.of(
        ConfigReader.parse("f", toml).filters(), dialer, request -> new byte[0]);
  }

  @Test
  void nothingSaidAsksNobody() {
    assertThat(of("").hear(false)).isFalse();
  }

  @Test
  void everythingSaid() {
    OutsideJudges judges =
        of(
            """
            [[filters.milters]]
            name = "opendkim"
            socket = "inet:127.0.0.1:8891"
            timeout = "5s"
            when-absent = "defer"
            submissions = true
            [[filters.milters]]
            socket = "unix:/run/other.sock"
            [filters.rspamd]
            url = "http://127.0.0.1:11333"
            [filters.clamd]
            socket = "/run/clamav/clamd.ctl"
            submissions = false
            """);
    assertThat(judges.names(false))
        .isEqualTo(List.of("opendkim", "unix:/run/other.sock", "rspamd", "clamd"));
    assertThat(judges.names(true)).isEqualTo(List.of("opendkim"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [[filters.milters]]                             | has no port
          [[filters.milters]];socket="mail:25"            | mail is not an IP address
          [[filters.milters]];socket="unix:relative"      | not the whole path
          [[filters.milters]];socket="*:25"               | nowhere to go
          [filters.clamd];socket="127.0.0.1:0"            | nowhere to go
          [filters.clamd];socket="/a";timeout="6m"        | clamd.timeout is between
          [filters.rspamd];url="ftp://x"                  | not an http URL
          [filters.rspamd];url="http:///x"                | not an http URL
          [filters.rspamd];url="http://x";password-file="/nowhere/at/all" | cannot be read
          """)
  void sayWhatIsWrong(String toml, String said) {
    assertThatThrownBy(() -> of(toml.replace(';', '\n')))
        .isInstanceOf(CommandFailed.class)
        .hasMessageStartingWith("filters.")
        .hasMessageContaining(said);
  }
}
