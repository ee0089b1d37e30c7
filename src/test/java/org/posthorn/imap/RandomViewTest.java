package org.posthorn.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.AclChange;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Flags;
import org.posthorn.store.Grantee;
import org.posthorn.store.Mailbox;
import org.posthorn.store.Rights;
import org.posthorn.store.UidSet;

/// Several sessions, of one user or of several, do at random what clients do to one mailbox. Each
/// believes what it is told, and nothing else; that must be a possible view after every command,
/// and the truth after NOOP.
class RandomViewTest {
  private static final Pattern COUNTED =
      Pattern.compile("(\\d+) (EXISTS|EXPUNGE|FETCH)(.*)", Pattern.DOTALL);
  private static final Pattern UID = Pattern.compile("[ (]UID (\\d+)");
  private static final Pattern FLAGS = Pattern.compile("FLAGS \\(([^)]*)\\)");
  private static final String[] WORDS = {"\\Seen", "\\Flagged", "\\Deleted", "\\Answered", "kw"};

  /// What a client believes of one message.
  private static final class Believed {
    /// 0: not told yet.
    private long uid;

    /// Null: not told yet.
    private Set<String> flags;
  }

  private static final class Session implements AutoCloseable {
    private final ImapClient client;
    private final AccountId user;

    /// What this user calls the mailbox.
    private final String inbox;

    private final Random random;
    private final List<Believed> messages = new ArrayList<>();
    private final List<String> log = new ArrayList<>();

    Session(ImapClient client, AccountId user, String inbox, long seed) throws IOException {
      this.client = client;
      this.user = user;
      this.inbox = inbox;
      this.random = new Random(seed);
      hear("SELECT", client.run("SELECT " + inbox), true);
    }

    /// Believes an answer.
    private void hear(String command, ImapClient.Answer answer, boolean expungesAllowed) {
      log.add(command);
      for (String u : answer.untagged()) {
        log.add("    " + u);
        Matcher m = COUNTED.matcher(u);
        if (!m.matches()) {
          continue;
        }
        int n = Integer.parseInt(m.group(1));
        switch (m.group(2)) {
          case "EXISTS" -> {
            check(n >= messages.size(), "EXISTS takes nothing away");
            while (messages.size() < n) {
              messages.add(new Believed());
            }
          }
          case "EXPUNGE" -> {
            check(expungesAllowed, "EXPUNGE is not allowed here");
            check(n >= 1 && n <= messages.size(), "EXPUNGE of a message there is");
            messages.remove(n - 1);
          }
          default -> fetched(n, m.group(3));
        }
      }
      log.add("    " + answer.tagged());
      check(!answer.tagged().startsWith("BAD"), "understood");
      long last = 0;
      for (Believed b : messages) {
        if (b.uid != 0) {
          check(b.uid > last, "UIDs ascend");
          last = b.uid;
        }
      }
    }

    private void fetched(int n, String items) {
      check(n >= 1 && n <= messages.size(), "FETCH of a message there is");
      Believed b = messages.get(n - 1);
      Matcher uid = UID.matcher(items);
      if (uid.find()) {
        long told = Long.parseLong(uid.group(1));
        check(b.uid == 0 || b.uid == told, "a number keeps its UID, which is " + b.uid);
        b.uid = told;
      }
      Matcher flags = FLAGS.matcher(items);
      if (flags.find()) {
        b.flags = new TreeSet<>(List.of(flags.group(1).split(" ")));
        b.flags.removeAll(List.of("", "\\Recent"));
      }
    }

    private void check(boolean good, String what) {
      if (!good) {
        throw new AssertionError(
            what + "\n" + String.join("\n", log.subList(Math.max(0, log.size() - 60), log.size())));
      }
    }

    private void run(String command) throws IOException {
      String word =
          command.substring(0, command.indexOf(' ') < 0 ? command.length() : command.indexOf(' '));
      boolean silentWords = Set.of("FETCH", "STORE", "SEARCH").contains(word);
      hear(command, client.run(command), !silentWords);
    }

    /// One thing that a client may do.
    void step() throws IOException {
      int n = messages.size();
      switch (random.nextInt(14)) {
        case 0, 1 -> {
          String text = ImapTestServer.text(random.nextInt(1000));
          hear("APPEND", client.append(inbox + " (\\Flagged)", text), true);
        }
        case 2 -> run("NOOP");
        case 3 -> run("CHECK");
        case 4 -> run("EXPUNGE");
        case 5 -> run("SEARCH " + (random.nextBoolean() ? "UNSEEN" : "ALL"));
        case 6 -> run("UID SEARCH DELETED");
        case 7 -> idle();
        case 8 -> run("UID FETCH 1:* (FLAGS)");
        default -> {
          if (n > 0) {
            onSome(n);
          }
        }
      }
    }

    private void onSome(int n) throws IOException {
      int a = 1 + random.nextInt(n);
      int b = Math.min(n, a + random.nextInt(4));
      long uid = messages.get(a - 1).uid;
      switch (random.nextInt(8)) {
        case 0 -> run("FETCH " + a + ":" + b + " (UID FLAGS)");
        case 1 -> run("FETCH " + a + ":" + b + " (BODY[TEXT] UID)");
        case 2, 3 -> store(a, b);
        case 4 -> run("STORE " + a + ":" + b + " +FLAGS (\\Deleted)");
        case 5 -> run("UID EXPUNGE " + Math.max(1, uid) + ":*");
        case 6 -> run("COPY " + a + " " + inbox);
        default -> {
          if (n > 12) {
            run("MOVE " + a + ":" + b + " Trash");
          }
        }
      }
    }

    private void store(int a, int b) throws IOException {
      String word = WORDS[random.nextInt(WORDS.length)];
      boolean add = random.nextBoolean();
      boolean silent = random.nextBoolean();
      String set = a + ":" + b;
      String command =
          "STORE "
              + set
              + " "
              + (add ? "+" : "-")
              + "FLAGS"
              + (silent ? ".SILENT" : "")
              + " ("
              + word
              + ")";
      ImapClient.Answer answer = client.run(command);
      if (silent) {
        // The client knows what it did; what it is told comes after.
        for (int i = a; i <= b; i++) {
          Set<String> flags = messages.get(i - 1).flags;
          if (flags != null) {
            if (add) {
              flags.add(word);
            } else {
              flags.remove(word);
            }
          }
        }
      }
      hear(command, answer, false);
    }

    private void idle() throws IOException {
      String tag = client.send("IDLE");
      client.raw().expect("+ ");
      client.raw().send("DONE");
      hear("IDLE", client.finish(tag), true);
    }

    /// After NOOP, what is believed is true.
    void compare(Account owner) throws IOException {
      run("NOOP");
      Mailbox box = owner.by(user).mailbox(owner.mailbox("INBOX").id());
      check(messages.size() == box.count(), "as many messages as there are: " + box.count());
      EntryCursor c = box.entries(UidSet.ALL);
      for (Believed b : messages) {
        check(c.next(), "an entry");
        check(b.uid == 0 || b.uid == c.uid(), b.uid + " is " + c.uid());
        check(
            b.flags == null || b.flags.equals(flags(box, c)),
            c.uid() + " has " + flags(box, c) + " not " + b.flags);
      }
    }

    private static Set<String> flags(Mailbox box, EntryCursor c) {
      Set<String> s = new TreeSet<>();
      int f = c.systemFlags();
      if ((f & Flags.SEEN) != 0) s.add("\\Seen");
      if ((f & Flags.FLAGGED) != 0) s.add("\\Flagged");
      if ((f & Flags.DELETED) != 0) s.add("\\Deleted");
      if ((f & Flags.ANSWERED) != 0) s.add("\\Answered");
      for (int i = 0; i < box.keywords().size(); i++) {
        if ((c.keywordsLow() >>> i & 1) != 0) s.add(box.keywords().get(i));
      }
      return s;
    }

    @Override
    public void close() throws IOException {
      client.close();
    }
  }

  private static final int SESSIONS = 3;

  /// Whether all are of one user, or each of another.
  private enum Users {
    ONE,
    SEVERAL
  }

  @ParameterizedTest
  @EnumSource
  void oneAfterTheOther(Users users) throws IOException {
    for (long seed = 1; seed <= 5; seed++) {
      try (ImapTestServer server = new ImapTestServer()) {
        String user = server.account();
        Account owner = server.store(user);
        server.fill(user, 10);
        List<Session> sessions = sessions(server, user, users, seed);
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
          sessions.get(random.nextInt(SESSIONS)).step();
          if (i % 7 == 0) {
            sessions.get(random.nextInt(SESSIONS)).compare(owner);
          }
        }
        finish(server, owner, sessions);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void allAtOnce(Users users) throws Exception {
    for (long seed = 1; seed <= 3; seed++) {
      try (ImapTestServer server = new ImapTestServer()) {
        String user = server.account();
        server.fill(user, 10);
        List<Session> sessions = sessions(server, user, users, seed);
        List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (Session s : sessions) {
          threads.add(
              Thread.ofVirtual()
                  .start(() -> {
                    try {
                      for (int i = 0; i < 300; i++) {
                        s.step();
                      }
                    } catch (IOException | AssertionError e) {
                      failures.add(e);
                    }
                  }));
        }
        for (Thread t : threads) {
          t.join();
        }
        if (!failures.isEmpty()) {
          throw new AssertionError("seed " + seed, failures.getFirst());
        }
        finish(server, server.store(user), sessions);
      }
    }
  }

  private static List<Session> sessions(ImapTestServer server, String owner, Users users, long seed)
      throws IOException {
    List<Session> sessions = new ArrayList<>();
    for (int i = 0; i < SESSIONS; i++) {
      boolean own = i == 0 || users == Users.ONE;
      String user = own ? owner : server.account();
      String inbox = own ? "INBOX" : "\"Other Users/" + owner + "/INBOX\"";
      Account account = server.store(owner);
      account.changeAcl(
          account.mailbox("INBOX").id(),
          new AclChange(Grantee.user(server.id(user)), AclChange.Op.ADD, Rights.ALL));
      sessions.add(new Session(server.login(user), server.id(user), inbox, seed * 100 + i));
    }
    return sessions;
  }

  private static void finish(ImapTestServer server, Account owner, List<Session> sessions)
      throws IOException {
    for (Session s : sessions) {
      s.compare(owner);
      s.run("FETCH 1:* (UID FLAGS)");
      s.compare(owner);
    }
    for (Session s : sessions) {
      s.close();
    }
    assertThat(server.server.counters().internalErrors.sum()).isZero();
  }
}
