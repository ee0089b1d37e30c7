package org.posthorn.mta.filter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeaderChangesTest {
  private static String changed(String text, HeaderChange... changes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      HeaderChanges.write(
          List.of(changes), new ByteArrayInputStream(text.getBytes(ISO_8859_1)), out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toString(ISO_8859_1);
  }

  private static HeaderChange remove(String name, int index) {
    return new HeaderChange(name, index, null);
  }

  @Test
  void changesOneOfSeveral() {
    String text = "A: 1\r\n a\r\nB: x\r\na : 2\r\n\tb\r\nC: y\r\n\r\nA: body\r\n";
    assertThat(changed(text, remove("a", 1)))
        .isEqualTo("B: x\r\na : 2\r\n\tb\r\nC: y\r\n\r\nA: body\r\n");
    assertThat(changed(text, new HeaderChange("A", 2, "A: new\r\n line")))
        .isEqualTo("A: 1\r\n a\r\nB: x\r\nA: new\r\n line\r\nC: y\r\n\r\nA: body\r\n");
    assertThat(changed(text, remove("A", 0))).isEqualTo("B: x\r\nC: y\r\n\r\nA: body\r\n");
    assertThat(changed(text, remove("A", 3), remove("Z", 1))).isEqualTo(text);
  }

  @Test
  void theLaterChangeCounts() {
    HeaderChange first = new HeaderChange("A", 1, "A: one");
    HeaderChange second = new HeaderChange("a", 1, "A: two");
    assertThat(changed("A: x\r\n\r\n", first, second)).isEqualTo("A: two\r\n\r\n");
  }

  @Test
  void allElseStaysAsItIs() {
    for (String text :
        List.of(
            "",
            "\r\n",
            "A",
            "A: 1",
            "A: 1\r\n",
            "\rA: 1\r\n\r\n",
            "no field\r\nB: 1\r\n\r\n",
            " begins folded\r\nB: 1\r\n\r\n",
            ":\r\n::\r\n\r\n",
            "x".repeat(500) + ": y\r\n\r\n",
            "B: \0\u00ff\n\n\r\n")) {
      assertThat(changed(text, remove("C", 0))).isEqualTo(text);
    }
  }
}
