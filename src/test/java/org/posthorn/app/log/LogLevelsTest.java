package org.posthorn.app.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.System.Logger.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogLevelsTest {
  @Test
  void theConfigurationDecides() {
    LogLevels levels = new LogLevels(null);
    assertThat(levels.isLoggable("posthorn.app", Level.INFO)).isTrue();
    assertThat(levels.isLoggable("posthorn.app", Level.DEBUG)).isFalse();
    levels.set(Level.ERROR);
    assertThat(levels.isLoggable("posthorn.app", Level.WARNING)).isFalse();
    assertThat(levels.isLoggable("posthorn.app", Level.ERROR)).isTrue();
  }

  @Test
  void ofOthersOnlyWarningsAreOfInterest() {
    LogLevels levels = new LogLevels("debug");
    assertThat(levels.isLoggable("jdk.event", Level.INFO)).isFalse();
    assertThat(levels.isLoggable("jdk.event", Level.WARNING)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"debug, DEBUG", "info, INFO", "warning, WARNING", "error, ERROR"})
  void thePropertyIsStrongerThanTheConfiguration(String word, Level least) {
    LogLevels levels = new LogLevels(word);
    levels.set(Level.INFO);
    for (Level level : Level.values()) {
      boolean worthIt = level != Level.OFF && level.getSeverity() >= least.getSeverity();
      assertThat(levels.isLoggable("posthorn.app", level)).as("%s", level).isEqualTo(worthIt);
    }
  }

  @Test
  void offIsSilence() {
    LogLevels levels = new LogLevels("off");
    levels.set(Level.DEBUG);
    for (Level level : Level.values()) {
      assertThat(levels.isLoggable("posthorn.app", level)).as("%s", level).isFalse();
      assertThat(levels.isLoggable("jdk.event", level)).as("%s", level).isFalse();
    }
  }

  @Test
  void anUnknownLevelIsToldAtTheStart() {
    LogLevels levels = new LogLevels("loud");
    assertThat(levels.isLoggable("posthorn.app", Level.INFO)).isTrue();
    assertThatThrownBy(() -> levels.set(Level.INFO))
        .hasMessage("posthorn.log.level: loud is not one of off, error, warning, info, debug");
  }
}
