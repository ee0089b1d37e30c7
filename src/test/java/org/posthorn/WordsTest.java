package org.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Words that no file of the repository may hold, and names that no class may bear. The words are
/// put together here from halves, so that this file passes its own test.
class WordsTest {
  private static final List<String> MARKERS = List.of("TO" + "DO", "FIX" + "ME", "XX" + "X");

  private static final Pattern LEFTOVER =
      Pattern.compile("\\b(" + String.join("|", MARKERS) + ")\\b");

  /// Paths that exist on one machine only.
  private static final Pattern MACHINE_PATH =
      Pattern.compile("(?<![\\w.~}/-])/(wo" + "rk|ro" + "ot|ho" + "me|Us" + "ers)/\\w");

  /// Hosts that serve packages: where they come from is the builder's to configure.
  private static final Pattern REGISTRY =
      Pattern.compile(
          "repo1?\\.ma"
              + "ven\\.|central\\.sona"
              + "type|oss\\.sona"
              + "type|jcenter\\.bin"
              + "tray|registry\\.np"
              + "mjs|py"
              + "pi\\.org|jit"
              + "pack\\.io");

  private static final Pattern DRAWER =
      Pattern.compile("(.*(Utils?|Helpers?|Managers?|Impl)|Abstract.*)");

  private static final Pattern TYPE =
      Pattern.compile("\\b(?:class|interface|record|enum|@interface)\\s+([A-Z]\\w*)");

  @Test
  void nothingIsLeftToDo() {
    assertThat(linesWith(LEFTOVER)).isEmpty();
  }

  @Test
  void nothingNamesAMachine() {
    assertThat(linesWith(MACHINE_PATH)).isEmpty();
  }

  @Test
  void nothingNamesAPackageRegistry() {
    assertThat(linesWith(REGISTRY)).isEmpty();
  }

  @Test
  void noTypeIsADrawer() {
    List<String> drawers = new ArrayList<>();
    for (Path source : Repository.javaSources()) {
      Matcher types = TYPE.matcher(Repository.read(source));
      while (types.find()) {
        if (DRAWER.matcher(types.group(1)).matches()) {
          drawers.add(Repository.root().relativize(source) + ": " + types.group(1));
        }
      }
    }
    assertThat(drawers).isEmpty();
  }

  @Test
  void theSearchFindsWhatIsThere() {
    assertThat(LEFTOVER.matcher("// " + MARKERS.getFirst() + ": later").find()).isTrue();
    assertThat(MACHINE_PATH.matcher("cd /ro" + "ot/x").find()).isTrue();
    assertThat(MACHINE_PATH.matcher("https://example.org/ho" + "me/x").find()).isFalse();
    assertThat(DRAWER.matcher("String" + "Utils").matches()).isTrue();
    assertThat(DRAWER.matcher("Implicit").matches()).isFalse();
    assertThat(Repository.writtenTexts()).hasSizeGreaterThan(5);
  }

  private static List<String> linesWith(Pattern forbidden) {
    List<String> found = new ArrayList<>();
    for (Path file : Repository.writtenTexts()) {
      String[] lines = Repository.read(file).split("\n", -1);
      for (int i = 0; i < lines.length; i++) {
        if (forbidden.matcher(lines[i]).find()) {
          String where = Repository.root().relativize(file) + ":" + (i + 1);
          found.add(where + ": " + lines[i].strip());
        }
      }
    }
    return found;
  }
}
