package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.posthorn.imap.ImapClient;
import org.posthorn.imap.ImapTestServer;

/// RFC 5267 §4.3: who does what ADDTO and REMOVEFROM say has at any time what a new search would
/// find, whatever two sessions do to the mailbox.
class ContextTest {
  private static final int STEPS = 150;
  private static final Pattern UPDATE =
      Pattern.compile("ESEARCH \\(TAG \"(A\\d+)\"\\)(?: UID)?(.*)");
  private static final Pattern ITEM = Pattern.compile(" (ADDTO|REMOVEFROM) \\(([0-9:, ]+)\\)");
  private static final Pattern EXPUNGE = Pattern.compile("(\\d+) EXPUNGE");
  private static final String[] SUBJECTS = {"apple", "Banana", "cherry", "apple", "date"};

  /// A result as its client keeps it.
  ///
  /// @param again the command that finds it anew
  private record Kept(List<Long> list, String again, boolean numbers) {}

  private final Random random = new Random(5267);
  private final Map<String, Kept> kept = new TreeMap<>();
  private long updates;

  @Test
  void whatIsKeptIsWhatASearchFinds() throws IOException {
    try (var server = new ImapTestServer()) {
      String user = server.account();
      for (int i = 0; i < 5; i++) {
        deliver(server, user);
      }
      try (ImapClient client = server.select(user);
          ImapClient other = server.select(user)) {
        watch(client, "UID SEARCH", "", "UNDELETED NOT KEYWORD work");
        watch(client, "SEARCH", "", "SEEN");
        watch(client, "SEARCH", "", "1:4 OR SEEN FLAGGED");
        watch(client, "UID SEARCH", "", "OR TEXT cherry UID *");
        watch(client, "UID SORT", "(REVERSE SUBJECT) UTF-8 ", "NOT FLAGGED");
        watch(client, "SORT", "(SUBJECT REVERSE ARRIVAL) UTF-8 ", "UNSEEN");
        for (int i = 0; i < STEPS; i++) {
          step(server, user, client, other);
        }
        assertThat(updates).isGreaterThan(STEPS);
      }
    }
  }

  private void watch(ImapClient client, String command, String order, String keys)
      throws IOException {
    String tag = client.send(command + " RETURN (UPDATE ALL) " + order + keys);
    String answer = client.finish(tag).untagged().getFirst();
    int at = answer.indexOf(" ALL ");
    List<Long> list = at < 0 ? new ArrayList<>() : set(answer.substring(at + 5));
    // What numbers mean is fixed; here nobody asks for them again.
    String again = keys.startsWith("1:4") ? null : command + " " + order + keys;
    kept.put(tag, new Kept(list, again, !command.startsWith("UID")));
  }

  private void step(ImapTestServer server, String user, ImapClient client, ImapClient other)
      throws IOException {
    ImapClient one = random.nextInt(3) == 0 ? client : other;
    switch (random.nextInt(8)) {
      case 0, 1 -> deliver(server, user);
      case 2 -> run(one, "EXPUNGE", client);
      case 3 -> run(one, "UID STORE " + uids() + " +FLAGS (\\Deleted)", client);
      default -> run(one, "UID STORE " + uids() + " " + flags(), client);
    }
    // FETCH tells no EXPUNGE, NOOP does.
    run(client, random.nextInt(3) == 0 ? "FETCH 1:* UID" : "NOOP", client);
    if (random.nextInt(2) == 0) {
      run(client, "NOOP", client);
      compare(client);
    }
  }

  private void deliver(ImapTestServer server, String user) {
    String subject = SUBJECTS[random.nextInt(SUBJECTS.length)];
    server.deliver(user, "INBOX", "Subject: " + subject + "\r\n\r\n" + subject + "\r\n");
  }

  private String uids() {
    int from = 1 + random.nextInt(60);
    return from + ":" + (from + random.nextInt(4));
  }

  private String flags() {
    String flag = List.of("\\Seen", "\\Flagged", "\\Deleted", "work").get(random.nextInt(4));
    return (random.nextBoolean() ? "+" : "-") + "FLAGS.SILENT (" + flag + ")";
  }

  private void run(ImapClient by, String command, ImapClient client) throws IOException {
    ImapClient.Answer a = by.run(command);
    if (by == client) {
      a.untagged().forEach(this::take);
    }
  }

  private void compare(ImapClient client) throws IOException {
    for (Kept k : kept.values()) {
      if (k.again != null) {
        List<String> answer = client.ok(k.again);
        answer.subList(1, answer.size()).forEach(this::take);
        String[] words = answer.getFirst().split(" ");
        List<Long> found = new ArrayList<>();
        for (int i = 1; i < words.length; i++) {
          found.add(Long.parseLong(words[i]));
        }
        assertThat(k.list).as(k.again).isEqualTo(found);
      }
    }
  }

  // ---- what a client does

  private void take(String response) {
    Matcher e = EXPUNGE.matcher(response);
    if (e.matches()) {
      long gone = Long.parseLong(e.group(1));
      for (Kept k : kept.values()) {
        if (k.numbers) {
          assertThat(k.list).as("REMOVEFROM comes first").doesNotContain(gone);
          k.list.replaceAll(n -> n > gone ? n - 1 : n);
        }
      }
    }
    Matcher m = UPDATE.matcher(response);
    if (m.matches()) {
      Kept k = kept.get(m.group(1));
      for (Matcher item = ITEM.matcher(m.group(2)); item.find(); ) {
        updates++;
        String[] w = item.group(2).split(" ");
        for (int i = 0; i < w.length; i += 2) {
          change(k.list, item.group(1).equals("ADDTO"), Integer.parseInt(w[i]), set(w[i + 1]));
        }
      }
    }
  }

  private static void change(List<Long> list, boolean add, int position, List<Long> names) {
    if (add) {
      assertThat(list).doesNotContainAnyElementsOf(names);
      list.addAll(position == 0 ? 0 : position - 1, names);
      if (position == 0) {
        Collections.sort(list);
      }
      return;
    }
    assertThat(list).containsAll(names);
    if (position > 0) {
      assertThat(list.subList(position - 1, position - 1 + names.size())).isEqualTo(names);
    }
    list.removeAll(names);
  }

  private static List<Long> set(String s) {
    List<Long> all = new ArrayList<>();
    for (String range : s.split(",")) {
      String[] ends = range.split(":");
      for (long n = Long.parseLong(ends[0]); n <= Long.parseLong(ends[ends.length - 1]); n++) {
        all.add(n);
      }
    }
    return all;
  }
}
