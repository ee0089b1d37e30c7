package org.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/// Every Java source looks as google-java-format writes it. It runs here and not as a Maven plugin
/// because it must run on the JDK that compiles the sources. `-Dformat=write` rewrites them
/// instead: `mvn -q test -Dtest=FormatTest -Dformat=write`.
class FormatTest {
  @Test
  void sourcesAreFormatted() {
    boolean write = "write".equals(System.getProperty("format"));
    List<String> arguments = new ArrayList<>();
    if (write) {
      arguments.add("--replace");
    } else {
      arguments.addAll(List.of("--dry-run", "--set-exit-if-changed"));
    }
    Repository.javaSources().forEach(source -> arguments.add(source.toString()));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int status =
        ToolProvider.findFirst("google-java-format")
            .orElseThrow()
            .run(new PrintWriter(out), new PrintWriter(err), arguments.toArray(String[]::new));
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .as("not formatted; run: mvn -q test -Dtest=FormatTest -Dformat=write")
        .isEmpty();
    assertThat(status).isZero();
  }
}
