package org.posthorn;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// `docs/rfc.tsv` says which RFCs hold here. Whatever the product's sources cite is in the table,
/// and whatever the table claims is cited where it is obeyed.
class RfcTableTest {
  private static final Set<String> STATUSES = Set.of("yes", "partial", "no");
  private static final Pattern CITED = Pattern.compile("\\bRFC (\\d{3,5})\\b");
  private static final String HEADING = "number\tstatus\ttitle";

  @Test
  void everyCitedRfcIsInTheTable() {
    Set<Integer> missing = new TreeSet<>(cited());
    missing.removeAll(table().keySet());
    assertThat(missing).isEmpty();
  }

  @Test
  void everyClaimIsCitedInTheProduct() {
    Set<Integer> cited = cited();
    List<Integer> unproved = new ArrayList<>();
    table()
        .forEach((number, status) -> {
          if (!status.equals("no") && !cited.contains(number)) {
            unproved.add(number);
          }
        });
    assertThat(unproved).isEmpty();
  }

  @Test
  void theTableIsSortedAndWellFormed() {
    List<String> rows = rows();
    assertThat(rows.getFirst()).isEqualTo(HEADING);
    int last = 0;
    Set<Integer> seen = new HashSet<>();
    for (String row : rows.subList(1, rows.size())) {
      String[] columns = row.split("\t", -1);
      assertThat(columns).as(row).hasSize(3);
      int number = Integer.parseInt(columns[0]);
      assertThat(number).as(row).isGreaterThan(last);
      assertThat(STATUSES).as(row).contains(columns[1]);
      assertThat(columns[2]).as(row).isNotBlank();
      assertThat(seen.add(number)).as(row).isTrue();
      last = number;
    }
  }

  private static List<String> rows() {
    return Repository.read(Repository.root().resolve("docs/rfc.tsv")).lines().toList();
  }

  private static Map<Integer, String> table() {
    Map<Integer, String> table = new TreeMap<>();
    List<String> rows = rows();
    for (String row : rows.subList(1, rows.size())) {
      String[] columns = row.split("\t", -1);
      table.put(Integer.parseInt(columns[0]), columns[1]);
    }
    return table;
  }

  private static Set<Integer> cited() {
    Set<Integer> numbers = new TreeSet<>();
    for (Path source : Repository.files(Repository.root().resolve("src/main"), ".java")) {
      Matcher citation = CITED.matcher(Repository.read(source));
      while (citation.find()) {
        numbers.add(Integer.parseInt(citation.group(1)));
      }
    }
    return numbers;
  }
}
