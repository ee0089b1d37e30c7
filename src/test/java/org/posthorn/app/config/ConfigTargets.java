package org.posthorn.app.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;

/// A target for fuzzing: a configuration is read, or refused in one sentence.
public final class ConfigTargets {
  private ConfigTargets() {}

  public static void file(byte[] input) {
    try {
      assertThat(ConfigReader.parse("fuzz", new String(input, StandardCharsets.UTF_8))).isNotNull();
    } catch (ConfigException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
