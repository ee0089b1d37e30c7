package org.posthorn.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.store.Account;
import org.posthorn.store.AclChange;
import org.posthorn.store.Flags;
import org.posthorn.store.Grantee;
import org.posthorn.store.Rights;

/// RFC 4314 §4: each command with each right alone and with all but one, against the rights that it
/// needs.
class RightsTest {
  private static final String ALL = Rights.ALL.letters();

  /// Commands of the authenticated state and what they need; `%BOX` is the mailbox, `%NEW` a name
  /// beside it.
  private static final Map<String, String> NEEDS = new LinkedHashMap<>();

  /// The same for the selected mailbox; all need `r`, too.
  private static final Map<String, String> NEEDS_SELECTED = new LinkedHashMap<>();

  static {
    NEEDS.put("SUBSCRIBE %BOX", "l");
    NEEDS.put("SELECT %BOX", "r");
    NEEDS.put("EXAMINE %BOX", "r");
    NEEDS.put("STATUS %BOX (MESSAGES UNSEEN)", "r");
    NEEDS.put("GETACL %BOX", "a");
    NEEDS.put("LISTRIGHTS %BOX anyone", "a");
    NEEDS.put("DELETEACL %BOX anyone", "a");
    NEEDS.put("SETACL %BOX anyone \"\"", "a");
    NEEDS.put("APPEND %BOX {5+}\r\nhello", "i");
    NEEDS.put("RENAME %BOX %NEW", "x");
    NEEDS.put("DELETE %BOX", "x");
    NEEDS_SELECTED.put("STORE 1 +FLAGS (\\Seen)", "s");
    NEEDS_SELECTED.put("UID STORE 1 +FLAGS (\\Flagged)", "w");
    NEEDS_SELECTED.put("STORE 1 -FLAGS (word)", "w");
    NEEDS_SELECTED.put("STORE 1 +FLAGS (\\Deleted)", "t");
    NEEDS_SELECTED.put("EXPUNGE", "e");
    NEEDS_SELECTED.put("UID EXPUNGE 1", "e");
    NEEDS_SELECTED.put("UID REPLACE 2 INBOX {5+}\r\nhello", "te");
    NEEDS_SELECTED.put("MOVE 1 INBOX", "te");
    NEEDS_SELECTED.put("FETCH 1 BODY[]", "");
    NEEDS_SELECTED.put("COPY 1 INBOX", "");
    NEEDS_SELECTED.put("SEARCH ALL", "");
    NEEDS_SELECTED.put("CLOSE", "");
  }

  private final ImapTestServer server = new ImapTestServer();
  private final String owner = server.account();
  private final String user = server.account();
  private final Account ana = server.store(owner);
  private int serial;

  @AfterEach
  void close() {
    server.close();
  }

  /// Sets of rights: none, each alone, all but one, all.
  private static List<String> sets() {
    List<String> out = new ArrayList<>(List.of("", ALL));
    for (char c : ALL.toCharArray()) {
      out.add(String.valueOf(c));
      out.add(ALL.replace(String.valueOf(c), ""));
    }
    return out;
  }

  private static boolean includes(String set, String needed) {
    return needed.chars().allMatch(c -> set.indexOf(c) >= 0);
  }

  private void give(String box, String letters) {
    Rights rights = Rights.NONE;
    for (char c : letters.toCharArray()) {
      rights = rights.plus(Rights.of(Rights.Right.of(c)));
    }
    var bo = Grantee.user(server.id(user));
    ana.changeAcl(ana.mailbox(box).id(), new AclChange(bo, AclChange.Op.REPLACE, rights));
  }

  /// A new mailbox of the owner's with two messages.
  private String box(String letters) {
    String box = "top/m" + ++serial;
    ana.create(box, Set.of());
    server.deliver(owner, box, ImapTestServer.text(1), new Flags(0, List.of("word")));
    server.deliver(owner, box, ImapTestServer.text(2), Flags.NONE);
    give(box, letters);
    return box;
  }

  private String shown(String box) {
    return "\"Other Users/" + owner + "/" + box + "\"";
  }

  private static String without(String answer) {
    return answer.contains("]") ? answer.substring(0, answer.indexOf(']') + 1) : answer;
  }

  @Test
  void commandsOnANameNeedTheirRight() throws IOException {
    ana.create("top", Set.of());
    give("top", "k");
    try (ImapClient c = server.login(user)) {
      for (String set : sets()) {
        for (Map.Entry<String, String> e : NEEDS.entrySet()) {
          String box = box(set);
          String command = e.getKey().replace("%BOX", shown(box)).replace("%NEW", shown(box + "x"));
          String got = without(c.run(command).tagged());
          String what = command + " with " + set;
          if (includes(set, e.getValue())) {
            assertThat(got).as(what).startsWith("OK");
          } else {
            // He might make the mailbox, if it was not there, for he has the right above.
            String none = command.startsWith("APPEND") ? "NO [TRYCREATE]" : "NO [NONEXISTENT]";
            String code = set.contains("l") ? "NO [NOPERM]" : none;
            assertThat(got).as(what).isEqualTo(code);
          }
          c.run("UNSELECT");
        }
      }
    }
  }

  @Test
  void aNewMailboxNeedsTheRightOnTheOneAbove() throws IOException {
    ana.create("top", Set.of());
    try (ImapClient c = server.login(user)) {
      for (String set : sets()) {
        String box = box(set);
        String got = without(c.run("CREATE " + shown(box + "/x/y")).tagged());
        assertThat(got)
            .as("CREATE with " + set)
            .startsWith(set.contains("k") ? "OK" : "NO [NOPERM]");
        String moving = box("x");
        got = without(c.run("RENAME " + shown(moving) + " " + shown(box + "/z")).tagged());
        assertThat(got)
            .as("RENAME with " + set)
            .startsWith(set.contains("k") ? "OK" : "NO [NOPERM]");
      }
    }
  }

  @Test
  void listAndMyRightsNeedTheirs() throws IOException {
    ana.create("top", Set.of());
    try (ImapClient c = server.login(user)) {
      for (String set : sets()) {
        String box = box(set);
        List<String> listed = c.ok("LIST \"\" " + shown(box));
        assertThat(listed).as("LIST with " + set).hasSize(set.contains("l") ? 1 : 0);
        boolean any = set.chars().anyMatch(x -> "lrikxa".indexOf(x) >= 0);
        String got = without(c.run("MYRIGHTS " + shown(box)).tagged());
        assertThat(got).as("MYRIGHTS with " + set).startsWith(any ? "OK" : "NO [NONEXISTENT]");
      }
    }
  }

  @Test
  void commandsOnTheSelectedMailboxNeedTheirRight() throws IOException {
    ana.create("top", Set.of());
    try (ImapClient c = server.login(user)) {
      for (String set : sets()) {
        if (!set.contains("r")) {
          continue;
        }
        for (Map.Entry<String, String> e : NEEDS_SELECTED.entrySet()) {
          String box = box(set);
          c.ok("SELECT " + shown(box));
          String got = without(c.run(e.getKey()).tagged());
          String what = e.getKey() + " with " + set;
          assertThat(got).as(what).startsWith(includes(set, e.getValue()) ? "OK" : "NO [NOPERM]");
          if (e.getKey().startsWith("FETCH")) {
            boolean seen = ana.by(server.id(user)).mailbox(ana.mailbox(box).id()).unseen() == 1;
            assertThat(seen).as(what).isEqualTo(set.contains("s"));
          }
          if (e.getKey().equals("CLOSE")) {
            assertThat(ana.mailbox(box).count()).as(what).isEqualTo(2);
          }
          c.run("UNSELECT");
        }
      }
    }
  }

  @Test
  void closeExpungesOnlyWithTheRight() throws IOException {
    ana.create("top", Set.of());
    try (ImapClient c = server.login(user)) {
      for (String set : sets()) {
        if (!set.contains("r")) {
          continue;
        }
        String box = box(set);
        server.deliver(owner, box, ImapTestServer.text(3), Flags.of(Flags.DELETED));
        c.ok("SELECT " + shown(box));
        c.ok("CLOSE");
        int left = set.contains("e") ? 2 : 3;
        assertThat(ana.mailbox(box).count()).as("CLOSE with " + set).isEqualTo(left);
      }
    }
  }

  /// A mailbox made before there were names for those of others.
  @Test
  void anOldMailboxOfOnesOwnKeepsItsName() throws IOException {
    server.store(user).create("Shared/old", Set.of());
    server.store(user).create("Other Users", Set.of());
    try (ImapClient c = server.login(user)) {
      assertThat(c.ok("LIST \"\" Shared*")).hasSize(2);
      c.ok("SELECT Shared/old");
      c.ok("STATUS \"Other Users\" (MESSAGES)");
      assertThat(c.no("CREATE Shared/new")).startsWith("[NOPERM]");
      c.ok("RENAME Shared mine");
      c.ok("SELECT mine/old");
      c.ok("DELETE \"Other Users\"");
      assertThat(c.no("CREATE \"Other Users\"")).startsWith("[NOPERM]");
    }
  }

  /// RFC 4314 §6: a mailbox that is there, one that is not, and an account that is not are one to
  /// whom the owner has given nothing; also to whom he has given something else.
  @Test
  void whatIsThereAndNotForMeIsAsWhatIsNotThere() throws IOException {
    List<String> commands = new ArrayList<>(NEEDS.keySet());
    commands.addAll(
        List.of(
            "MYRIGHTS %BOX",
            "CREATE %BOX",
            "CREATE %BELOW",
            "RENAME INBOX %BOX",
            "LIST \"\" %BOX",
            "LIST (SUBSCRIBED) \"\" %BOX",
            "LSUB \"\" %BOX",
            "XLIST \"\" %BOX",
            "GETMETADATA %BOX /private/comment",
            "SETMETADATA %BOX (/private/comment \"x\")",
            "GETQUOTAROOT %BOX",
            "RESETKEY %BOX",
            "UNSUBSCRIBE %BOX",
            "SETACL %BOX %WHO lr",
            "ESEARCH IN (mailboxes %BOX) ALL",
            "SELECT %BOX (QRESYNC (1 2))",
            "COPY 1 %BOX",
            "MOVE 1 %BOX",
            "UID REPLACE 1 %BOX {5+}\r\nhello"));
    server.fill(user, 1);
    ana.create("Secret", Set.of());
    try (ImapClient c = server.login(user)) {
      c.ok("ENABLE QRESYNC");
      for (String given : List.of("", "lr")) {
        give("Archive", given);
        for (String command : commands) {
          String there = answer(c, command, "Other Users/" + owner + "/Secret");
          assertThat(there).as(command).doesNotContain("BAD");
          assertThat(answer(c, command, "Other Users/" + owner + "/Nowhere"))
              .as(command)
              .isEqualTo(there);
          assertThat(answer(c, command, "Other Users/nobody@example.test/Secret"))
              .as(command)
              .isEqualTo(there);
          assertThat(answer(c, command, "Shared/" + owner + "/Secret"))
              .as(command)
              .isEqualTo(there);
        }
      }
    }
  }

  private String answer(ImapClient c, String command, String name) throws IOException {
    c.ok("SELECT INBOX");
    ImapClient.Answer a =
        c.run(
            command
                .replace("%BOX", "\"" + name + "\"")
                .replace("%BELOW", "\"" + name + "/x\"")
                .replace("%NEW", "x")
                .replace("%WHO", user));
    return (a.untagged() + a.tagged()).replace("\"" + name + "\"", "%BOX").replace(name, "%BOX");
  }
}
