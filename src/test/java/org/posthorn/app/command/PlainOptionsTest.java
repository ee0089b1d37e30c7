package org.posthorn.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.reflect.Field;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class PlainOptionsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--data d",
        "--data=d --offset=7",
        "--offset 7 --bind 127.0.0.2 --strict",
        "--relay host:25 --dns 127.0.0.1:53 --mx-port 25",
        "--user a@b.test:c --any-user --user=d@e.test:f=g",
      })
  void plainWordsMeanWhatPicocliSaysTheyMean(String line) {
    List<String> words = line.isEmpty() ? List.of() : List.of(line.split(" "));
    DevCommand plain = command();
    assertThat(PlainOptions.set(plain, words)).isTrue();
    DevCommand slow = command();
    new CommandLine(slow).parseArgs(words.toArray(String[]::new));
    assertThat(plain).usingRecursiveComparison().ignoringFields("io").isEqualTo(slow);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "word",
        "--unknown",
        "--relais host:25",
        "--data",
        "--data=",
        "--data --strict",
        "--data @file",
        "--data a --data b",
        "--offset many",
        "--offset 1 --offset 1",
        "--strict=no",
        "--dat d",
        "@file",
        "--",
        "-h",
      })
  void theRestIsLeftToPicocli(String line) {
    assertThat(PlainOptions.set(command(), List.of(line.split(" ")))).isFalse();
  }

  @Test
  void aFileIsAnOptionOfServe() {
    ServeCommand serve = new ServeCommand(null);
    assertThat(PlainOptions.set(serve, List.of("--config", "x.toml"))).isTrue();
    assertThat(serve).extracting("config").hasToString("x.toml");
  }

  @ParameterizedTest
  @ValueSource(classes = {DevCommand.class, ServeCommand.class})
  void fieldsAreNamedLikeTheirOptions(Class<?> command) {
    for (Field field : command.getDeclaredFields()) {
      CommandLine.Option option = field.getAnnotation(CommandLine.Option.class);
      if (option != null) {
        assertThat(option.names()).containsExactly(PlainOptions.name(field));
      }
    }
  }

  private static DevCommand command() {
    PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
    return new DevCommand(new Io(InputStream.nullInputStream(), nowhere, nowhere));
  }
}
