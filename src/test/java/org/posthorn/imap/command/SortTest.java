package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.imap.ImapClient;
import org.posthorn.imap.ImapTestServer;
import org.posthorn.store.TestStore;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.MemoryKv;

/// RFC 5256: whatever was noted of messages by earlier commands and forgotten since, the order and
/// the threads are those of the messages that are there.
class SortTest {
  private static final int STEPS = 120;
  private static final int FIRST = 300;
  private static final String[] SUBJECTS = {"apple", "Banana", "cherry", "Ébène", "date", ""};

  /// @param date seconds behind the first of December
  private record Mail(String subject, boolean reply, String from, int date, int parent) {
    String text(int number) {
      String day = "Date: Tue, 1 Dec 2026 10:%02d:%02d +0000".formatted(date / 60, date % 60);
      return String.join(
              "\r\n",
              "From: Somebody <" + from + "@example.test>",
              "Subject: " + (reply ? "Re: " : "") + "=?UTF-8?Q?" + encoded() + "?=",
              day,
              "Message-ID: <\"" + number + "\"@example.test>",
              parent == 0 ? "X-None: x" : "References: <" + parent + "@example.test>",
              "",
              "Text")
          + "\r\n";
    }

    private String encoded() {
      return subject.replace("É", "=C3=89").replace("è", "=C3=A8");
    }

    String folded() {
      return subject
          .toUpperCase(java.util.Locale.ROOT)
          .replace("É", "E\u0301")
          .replace("È", "E\u0300");
    }
  }

  private final Random random = new Random(5256);
  private final TreeMap<Long, Mail> mails = new TreeMap<>();
  private int number;

  /// With memory for all notes, for some, and for none.
  @ParameterizedTest
  @ValueSource(ints = {8 << 20, 12_000, 1})
  void arrivalsAndExpungesBetweenSorts(int memory) throws IOException {
    TestStore store = new TestStore(new MemoryKv(), new FaultyDisk(1), memory);
    try (var server = new ImapTestServer(ImapTestServer.CONFIG, store)) {
      String user = server.account();
      for (int i = 0; i < FIRST; i++) {
        deliver(server, user);
      }
      try (ImapClient client = server.select(user)) {
        for (int i = 0; i < STEPS; i++) {
          step(server, user, client);
        }
      }
    }
  }

  private void deliver(ImapTestServer server, String user) {
    number++;
    Mail m =
        new Mail(
            SUBJECTS[random.nextInt(SUBJECTS.length)],
            random.nextInt(3) == 0,
            "sender" + random.nextInt(20),
            random.nextInt(3600),
            random.nextInt(2) * random.nextInt(number));
    mails.put((long) number, m);
    server.deliver(user, "INBOX", m.text(number));
  }

  private void step(ImapTestServer server, String user, ImapClient client) throws IOException {
    switch (random.nextInt(8)) {
      case 0 -> {
        deliver(server, user);
        client.ok("NOOP");
      }
      case 1 -> {
        long gone = some();
        client.ok("UID STORE " + gone + " +FLAGS.SILENT (\\Deleted)");
        client.ok("EXPUNGE");
        mails.remove(gone);
      }
      case 2 -> expect(client, "SUBJECT", Comparator.comparing(Mail::folded));
      case 3 -> expect(client, "REVERSE DATE", Comparator.comparing(m -> -m.date));
      case 4 ->
          expect(
              client,
              "FROM SUBJECT REVERSE DATE",
              Comparator.comparing(Mail::from)
                  .thenComparing(Mail::folded)
                  .thenComparing(m -> -m.date));
      case 5 -> threads(client);
      case 6 -> client.ok("UID THREAD ORDEREDSUBJECT UTF-8 ALL");
      default -> {
        client.ok("COMPARATOR i;octet");
        client.ok("UID SORT (SUBJECT) UTF-8 ALL");
        client.ok("COMPARATOR i;unicode-casemap");
      }
    }
  }

  private long some() {
    return new ArrayList<>(mails.keySet()).get(random.nextInt(mails.size()));
  }

  private void expect(ImapClient client, String criteria, Comparator<Mail> by) throws IOException {
    long from = random.nextInt(3) == 0 ? some() : 1;
    String expected =
        mails.tailMap(from).entrySet().stream()
            .sorted(Map.Entry.comparingByValue(by)) // stable
            .map(e -> " " + e.getKey())
            .collect(Collectors.joining());
    assertThat(client.ok("UID SORT (" + criteria + ") UTF-8 UID " + from + ":" + number))
        .containsExactly("SORT" + expected);
  }

  /// Who refers to a message that is there is in its thread, and each is once in the answer.
  private void threads(ImapClient client) throws IOException {
    List<String> answer = client.ok("UID THREAD REFS UTF-8 ALL");
    var roots = new ArrayList<Long>();
    var numbers = new ArrayList<Long>();
    for (String thread : threads(answer.getFirst())) {
      List<Long> ids = new ArrayList<>();
      for (String id : thread.split("[^0-9]+")) {
        if (!id.isEmpty()) {
          ids.add(Long.valueOf(id));
        }
      }
      numbers.addAll(ids);
      for (long id : ids) {
        Mail m = mails.get(id);
        if (m.parent != 0 && mails.containsKey((long) m.parent)) {
          assertThat(ids).contains((long) m.parent);
        }
      }
      roots.add(ids.getFirst());
    }
    assertThat(numbers).containsExactlyInAnyOrderElementsOf(mails.keySet());
    assertThat(roots).doesNotHaveDuplicates();
  }

  private static List<String> threads(String line) {
    List<String> threads = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < line.length(); i++) {
      if (line.charAt(i) == '(' && depth++ == 0) {
        start = i;
      } else if (line.charAt(i) == ')' && --depth == 0) {
        threads.add(line.substring(start, i));
      }
    }
    return threads;
  }

  @Test
  void equalOnesStayAsTheyWere() {
    for (int n : new int[] {0, 1, 7, 8, 9, 63, 1000}) {
      int[] weights = random.ints(n, 0, 10).toArray();
      int[] order = Order.of(n, (a, b) -> Integer.compare(weights[a], weights[b]));
      List<Integer> expected = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        expected.add(i);
      }
      expected.sort(Comparator.comparing(i -> weights[i]));
      assertThat(order).containsExactly(expected.stream().mapToInt(i -> i).toArray());
    }
  }
}
