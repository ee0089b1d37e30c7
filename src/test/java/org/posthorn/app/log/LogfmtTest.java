package org.posthorn.app.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogfmtTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final LogOutput output = new LogOutput(bytes, false);
  private final System.Logger log =
      new LogfmtLogger(
          "posthorn.test",
          new LogLevels(null),
          output,
          line -> line.pair("conn", "c1"),
          InstantSource.fixed(Instant.parse("2026-01-02T03:04:05.678Z")));

  @Test
  void anEventIsOneLineOfPairs() {
    log.log(Level.INFO, "smtp-mail from={0} size={1} tls=yes", "ana@example.test", 12_345);
    assertThat(written())
        .isEqualTo(
            "time=2026-01-02T03:04:05.678Z level=info event=smtp-mail from=ana@example.test"
                + " size=12345 tls=yes conn=c1\n");
  }

  @Test
  void anExceptionBehindTheValuesComesWithItsTrace() {
    log.log(Level.ERROR, "imap-failure command={0}", "FETCH", new IllegalStateException("why"));
    assertThat(written())
        .contains("event=imap-failure command=FETCH conn=c1 error=")
        .contains("why", " trace=")
        .contains("anExceptionBehindTheValuesComesWithItsTrace");
  }

  @Test
  void anExceptionWithAPlaceIsAValue() {
    log.log(
        Level.WARNING,
        "pop3-remove-failed account={0} error={1}",
        "A1",
        new IllegalStateException("why"));
    assertThat(written()).contains("error=").doesNotContain("trace=");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "plain|plain",
        "two words|\"two words\"",
        "a=b|\"a=b\"",
        "say \"hi\"|\"say \\\"hi\\\"\"",
        "back\\slash|\"back\\\\slash\"",
        "straße|\"straße\"",
      })
  void valuesAreQuotedWhereNeeded(String value, String expected) {
    assertThat(Logfmt.quoted(value)).isEqualTo(expected);
  }

  @Test
  void nothingInAValueCanForgeALineOrATerminal() {
    assertThat(Logfmt.quoted("a\r\nlevel=error event=fake"))
        .isEqualTo("\"a\\r\\nlevel=error event=fake\"");
    assertThat(Logfmt.quoted("\u001b[2J\u0000\u007f\u009b"))
        .isEqualTo("\"\\u001b[2J\\u0000\\u007f\\u009b\"");
    assertThat(Logfmt.quoted("\u202eevil\u2028x")).isEqualTo("\"\\u202eevil\\u2028x\"");
    assertThat(Logfmt.quoted("\ud800")).isEqualTo("\"\\ud800\"");
    assertThat(Logfmt.quoted("")).isEqualTo("\"\"");
  }

  @Test
  void aLongValueIsCutNotDropped() {
    String quoted = Logfmt.quoted("x".repeat(100_000));
    assertThat(quoted).hasSize(Logfmt.VALUE_MAX + 3).endsWith("…\"");
  }

  @Test
  void aLineIsBounded() {
    Logfmt line = new Logfmt();
    for (int i = 0; i < 1_000; i++) {
      line.pair("k", "y".repeat(1_000));
    }
    assertThat(line.line().length()).isLessThan(Logfmt.LINE_MAX + 2 * Logfmt.VALUE_MAX);
  }

  @Test
  void aMessageOfOtherShapeKeepsItsText() {
    log.log(Level.WARNING, "It's {0} o'clock, bytes=odd", 5);
    assertThat(written()).contains("event=message text=\"").contains("bytes=odd").endsWith("c1\n");
  }

  @Test
  void anErrorBringsItsTraceInTheSameLine() {
    log.log(Level.ERROR, "store-failed", new IllegalStateException("disk\nfull"));
    assertThat(written())
        .contains("event=store-failed")
        .contains("error=\"java.lang.IllegalStateException: disk\\nfull\"")
        .contains("LogfmtTest.anErrorBringsItsTraceInTheSameLine")
        .containsOnlyOnce("\n");
  }

  @Test
  void belowTheLevelNothingIsWritten() {
    log.log(Level.DEBUG, "noise");
    assertThat(written()).isEmpty();
  }

  @Test
  void aMovedFileIsOpenedAnew(@TempDir Path dir) throws Exception {
    LogOutput file = new LogOutput(OutputStream.nullOutputStream(), false);
    Path log = dir.resolve("posthorn.log");
    file.toFile(log);
    file.add("one\n");
    Files.move(log, dir.resolve("posthorn.log.1"));
    file.add("two\n");
    file.reopen();
    file.add("three\n");
    assertThat(dir.resolve("posthorn.log.1")).hasContent("one\ntwo\n");
    assertThat(log).hasContent("three\n");
  }

  @Test
  void theThreadWritesInOrderAndFlushWaits() {
    LogOutput threaded = new LogOutput(bytes, true);
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 1_000; i++) {
      threaded.add(i + "\n");
      expected.append(i).append('\n');
    }
    threaded.flush();
    assertThat(written()).isEqualTo(expected.toString());
  }

  @Test
  void theJdkFindsOurLogger() {
    assertThat(System.getLogger("posthorn.any").getName()).isEqualTo("posthorn.any");
    assertThat(System.LoggerFinder.getLoggerFinder()).isInstanceOf(LogFinder.class);
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
