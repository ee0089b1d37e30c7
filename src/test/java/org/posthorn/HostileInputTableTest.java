package org.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `docs/hostile-input.tsv` says which tests show what becomes of each kind of input that a mail
/// server must survive. All of them exist.
class HostileInputTableTest {
  private static final String HEADING = "number\tinput\ttests";

  @Test
  void everyKindHasItsTests() {
    Map<String, String> classes = classes();
    List<String> missing = new ArrayList<>();
    List<String> lines =
        Repository.read(Repository.root().resolve("docs/hostile-input.tsv")).lines().toList();
    assertThat(lines.getFirst()).isEqualTo(HEADING);
    int number = 0;
    for (String line : lines.subList(1, lines.size())) {
      String[] fields = line.split("\t");
      assertThat(fields).as(line).hasSize(3);
      assertThat(fields[0]).matches("B\\d+");
      int next = Integer.parseInt(fields[0].substring(1));
      assertThat(next).as(line).isGreaterThan(number);
      number = next;
      for (String test : fields[2].split(" ")) {
        String[] names = test.split("\\.");
        String source = classes.getOrDefault(names[0], "");
        if (!Pattern.compile("void " + names[1] + "\\(").matcher(source).find()) {
          missing.add(fields[0] + " " + test);
        }
      }
    }
    assertThat(missing).isEmpty();
    assertThat(lines).hasSizeGreaterThan(23);
  }

  private static Map<String, String> classes() {
    Map<String, String> all = new HashMap<>();
    for (Path p : Repository.files(Repository.root().resolve("src/test/java"), ".java")) {
      String name = p.getFileName().toString();
      all.merge(
          name.substring(0, name.length() - ".java".length()), Repository.read(p), String::concat);
    }
    return all;
  }
}
