package org.posthorn.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Flags;
import org.posthorn.store.Mailbox;
import org.posthorn.store.UidSet;

/// Clients that keep a copy of a mailbox go away at random, without a word, and come back with
/// QRESYNC (RFC 7162 §3.2.5). A copy is made of nothing but what the client was told; after it has
/// come back, it must be the mailbox.
class RandomResyncTest {
  private static final Pattern FETCH =
      Pattern.compile("\\d+ FETCH \\(UID (\\d+) FLAGS \\(([^)]*)\\) MODSEQ \\((\\d+)\\)\\)");
  private static final Pattern VANISHED = Pattern.compile("VANISHED (?:\\(EARLIER\\) )?([\\d:,]+)");
  private static final Pattern HIGHEST = Pattern.compile(".*\\[HIGHESTMODSEQ (\\d+)].*");
  private static final Pattern VALIDITY = Pattern.compile(".*\\[UIDVALIDITY (\\d+)].*");
  private static final String[] WORDS = {"\\Seen", "\\Flagged", "\\Deleted", "kw"};

  private static final class Copy {
    private final ImapTestServer server;
    private final String user;
    private final Random random;
    private final TreeMap<Long, Set<String>> messages = new TreeMap<>();
    private final List<String> log = new ArrayList<>();
    private ImapClient client;
    private long validity;
    private long modSeq;

    /// The client has asked for all messages up to this UID.
    private long fetched;

    Copy(ImapTestServer server, String user, long seed) {
      this.server = server;
      this.user = user;
      this.random = new Random(seed);
    }

    boolean online() {
      return client != null;
    }

    void goOnline() throws IOException {
      client = server.login(user);
      client.ok("ENABLE QRESYNC");
      String how = "";
      if (validity != 0) {
        how = " (QRESYNC (" + validity + " " + modSeq + known() + "))";
      }
      run("SELECT INBOX" + how);
      fetchNew();
    }

    /// RFC 7162 §3.2.5.1: a client may name what it knows, or leave it out.
    private String known() {
      if (messages.isEmpty() || random.nextBoolean()) {
        return "";
      }
      var b = new UidSet.Builder();
      messages.keySet().forEach(b::add);
      return " " + b.build();
    }

    void goOffline() throws IOException {
      if (random.nextBoolean()) {
        client.send("NOOP"); // and does not wait for the answer
      }
      client.close();
      client = null;
      log.add("offline");
    }

    private void fetchNew() throws IOException {
      run("UID FETCH " + (fetched + 1) + ":* (FLAGS MODSEQ)");
      fetched = messages.isEmpty() ? fetched : Math.max(fetched, messages.lastKey());
    }

    private void run(String command) throws IOException {
      hear(command, client.run(command));
    }

    private void hear(String command, ImapClient.Answer answer) {
      log.add(command);
      long told = modSeq;
      long said = 0;
      List<String> all = new ArrayList<>(answer.untagged());
      all.add(answer.tagged());
      for (String u : all) {
        log.add("    " + u);
        Matcher m;
        if ((m = FETCH.matcher(u)).matches()) {
          Set<String> flags = new TreeSet<>(List.of(m.group(2).split(" ")));
          flags.removeAll(List.of("", "\\Recent"));
          messages.put(Long.valueOf(m.group(1)), flags);
          told = Math.max(told, Long.parseLong(m.group(3)));
        } else if ((m = VANISHED.matcher(u)).matches()) {
          for (String range : m.group(1).split(",")) {
            String[] ends = range.split(":");
            long from = Long.parseLong(ends[0]);
            long to = Long.parseLong(ends[ends.length - 1]);
            messages.subMap(from, true, to, true).clear();
          }
        } else if ((m = HIGHEST.matcher(u)).matches()) {
          said = Long.parseLong(m.group(1));
        } else if ((m = VALIDITY.matcher(u)).matches()) {
          validity = Long.parseLong(m.group(1));
        }
      }
      check(!answer.tagged().startsWith("BAD"), "understood");
      // What the server says outright counts, also when it is less: something is still to come.
      modSeq = said > 0 ? said : told;
    }

    private void check(boolean good, String what) {
      if (!good) {
        int from = Math.max(0, log.size() - 60);
        throw new AssertionError(what + "\n" + String.join("\n", log.subList(from, log.size())));
      }
    }

    void step() throws IOException {
      switch (random.nextInt(12)) {
        case 0, 1 -> {
          String text = ImapTestServer.text(random.nextInt(1000));
          hear("APPEND", client.append("INBOX (\\Flagged)", text));
          fetchNew();
        }
        case 2 -> run("NOOP");
        case 3 -> run("EXPUNGE");
        case 4 -> {
          if (messages.size() > 15) {
            run("UID MOVE " + messages.firstKey() + " Trash");
          }
        }
        case 5 -> run("UID SEARCH ALL");
        case 6 -> goOffline();
        default -> store();
      }
    }

    private void store() throws IOException {
      if (messages.isEmpty()) {
        return;
      }
      List<Long> uids = new ArrayList<>(messages.keySet());
      long uid = uids.get(random.nextInt(uids.size()));
      String sign = random.nextBoolean() ? "+" : "-";
      run("UID STORE " + uid + " " + sign + "FLAGS (" + WORDS[random.nextInt(4)] + ")");
    }

    /// After having come back the copy is the mailbox.
    void compare(Mailbox box) {
      TreeMap<Long, Set<String>> truth = new TreeMap<>();
      EntryCursor c = box.entries(UidSet.ALL);
      while (c.next()) {
        truth.put(c.uid(), flags(box, c));
      }
      check(messages.equals(truth), "the copy is\n" + messages + "\nthe mailbox\n" + truth);
    }

    private static Set<String> flags(Mailbox box, EntryCursor c) {
      Set<String> s = new TreeSet<>();
      int f = c.systemFlags();
      if ((f & Flags.SEEN) != 0) s.add("\\Seen");
      if ((f & Flags.FLAGGED) != 0) s.add("\\Flagged");
      if ((f & Flags.DELETED) != 0) s.add("\\Deleted");
      for (int i = 0; i < box.keywords().size(); i++) {
        if ((c.keywordsLow() >>> i & 1) != 0) s.add(box.keywords().get(i));
      }
      return s;
    }
  }

  private static final int COPIES = 3;

  @Test
  void copiesAreTheMailboxWhenTheirClientsComeBack() throws IOException {
    for (long seed = 1; seed <= 6; seed++) {
      try (ImapTestServer server = new ImapTestServer()) {
        String user = server.account();
        server.fill(user, 20);
        Random random = new Random(seed);
        List<Copy> copies = new ArrayList<>();
        for (int i = 0; i < COPIES; i++) {
          copies.add(new Copy(server, user, seed * 100 + i));
        }
        for (int i = 0; i < 400; i++) {
          Copy one = copies.get(random.nextInt(COPIES));
          if (one.online()) {
            one.step();
          } else if (random.nextInt(3) == 0) {
            one.goOnline();
            one.compare(server.store(user).mailbox("INBOX"));
          }
          if (i == 200 && seed % 2 == 0) {
            for (Copy c : copies) {
              if (c.online()) {
                c.goOffline(); // who is here would be sent away
              }
            }
            server.testStore.forgetExpunges(); // QRESYNC has to do without its log
          }
        }
        for (Copy one : copies) {
          if (one.online()) {
            one.goOffline();
          }
          one.goOnline();
          one.compare(server.store(user).mailbox("INBOX"));
          one.client.close();
        }
        assertThat(server.server.counters().internalErrors.sum()).isZero();
      }
    }
  }
}
