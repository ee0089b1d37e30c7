package org.posthorn.imap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.posthorn.app.config.ByteSize;
import org.posthorn.net.LineClient;
import org.posthorn.store.Account;
import org.posthorn.store.Flags;
import org.posthorn.store.Mailbox;
import org.posthorn.store.Quota;

/// Plays the conversations of `src/test/resources/imap/*.test`.
///
/// Each case begins with `== name` and gets an account of its own. Then, line by line:
///
/// - `with unauthenticate`, `with uid-only`, `with gmail`, `with literal-minus`, `with submission
///   USER`, `with streaming USER`, first of all: the server is configured so.
/// - `user NAME`: there is another account, with the same password.
/// - `fill 3`: that many messages arrive in INBOX, `fill 3 NAME` in another mailbox.
/// - `later 60`: so many seconds pass.
/// - `forget`: the store forgets what was expunged.
/// - `limit 512K 1000 8`: the account may hold so many octets, messages and mailboxes; `none` for
///   no limit.
/// - `admin 9`: client 9 logs in as an administrator.
/// - `bare`: INBOX becomes the only mailbox, and nothing is subscribed.
/// - `1: text`: client 1 sends a line. At its first line a client connects, logs in and drops the
///   answers; after `1 new` it only connects.
/// - `1< text`: the next line that client 1 gets. `...` stands for anything, `$name` for a word,
///   which is the same wherever the name comes again in the case; also in lines sent.
/// - `1~ regexp`: the same, as a regular expression.
/// - `1<* text`: lines are skipped up to the first one like this.
/// - `1< EOF`: the connection ends.
/// - `1 compress`: the client compresses from here on.
/// - `1 close`: the client goes away.
/// - `2 as bo`: client 2 logs in as somebody else, whose address is `$bo` from then on; `2 as
///   shared news`: to a shared account.
/// - `fill 3 NAME as bo`: messages for him.
/// - `# …` is a comment. Lines are UTF-8.
class ConversationTest {
  private static final Pattern VARIABLE = Pattern.compile("\\$([a-z]\\w*)");

  @TestFactory
  Stream<DynamicNode> conversations() throws IOException, URISyntaxException {
    URI folder = ConversationTest.class.getResource("/imap").toURI();
    List<DynamicNode> all = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".test")).sorted().toList()) {
        all.addAll(cases(file));
      }
    }
    assertThat(all).isNotEmpty();
    return all.stream();
  }

  private static List<DynamicNode> cases(Path file) throws IOException {
    Map<String, List<String>> byName = new TreeMap<>();
    List<String> current = null;
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      if (line.startsWith("== ")) {
        current = new ArrayList<>();
        byName.put("%s: %s".formatted(file.getFileName(), line.substring(3)), current);
      } else if (!line.isBlank() && !line.startsWith("#")) {
        assertThat(current).as("a case before line %d of %s", number, file).isNotNull();
        current.add(number + "|" + line);
      }
    }
    List<DynamicNode> tests = new ArrayList<>();
    byName.forEach(
        (name, lines) -> tests.add(DynamicTest.dynamicTest(name, () -> new Play().play(lines))));
    return tests;
  }

  private static final class Play {
    private final Map<String, LineClient> clients = new HashMap<>();
    private final Map<String, String> variables = new HashMap<>();
    private ImapTestServer server;
    private String account;

    void play(List<String> lines) throws IOException {
      try (ImapTestServer s = new ImapTestServer(config(lines))) {
        server = s;
        account = s.account();
        variables.put("user", account);
        try {
          for (String l : lines) {
            int bar = l.indexOf('|');
            try {
              line(l.substring(bar + 1));
            } catch (AssertionError | IOException e) {
              throw new AssertionError("line " + l.substring(0, bar) + ": " + e.getMessage(), e);
            }
          }
        } finally {
          for (LineClient c : clients.values()) {
            c.close();
          }
        }
      }
    }

    private static ImapConfig config(List<String> lines) {
      ImapConfig config = ImapTestServer.CONFIG;
      for (String l : lines) {
        String[] w = l.substring(l.indexOf('|') + 1).split(" ");
        if (!w[0].equals("with")) {
          break;
        }
        config =
            switch (w[1]) {
              case "unauthenticate" -> with(config, ImapConfig.Switch.UNAUTHENTICATE);
              case "gmail" -> with(config, ImapConfig.Switch.GMAIL);
              case "uid-only" -> with(config, ImapConfig.Switch.UIDONLY);
              case "literal-minus" ->
                  config.withOffer(config.offer().withLiterals(ImapConfig.Literals.MINUS));
              case "streaming" -> config.withOffer(config.offer().withStreaming(Set.of(w[2])));
              case "submission" -> config.withOffer(config.offer().withSubmission(Set.of(w[2])));
              default -> throw new AssertionError("with what? " + l);
            };
      }
      return config;
    }

    private static ImapConfig with(ImapConfig config, ImapConfig.Switch on) {
      return config.withOffer(config.offer().with(on));
    }

    private void line(String l) throws IOException {
      Matcher fill = Pattern.compile("fill (\\d+)( \\S+)??(?: as (\\w+))?").matcher(l);
      if (fill.matches()) {
        String to = fill.group(3) == null ? account : variables.get(fill.group(3));
        String box = fill.group(2) == null ? "INBOX" : fill.group(2).strip();
        for (int i = 1; i <= Integer.parseInt(fill.group(1)); i++) {
          server.deliver(to, box, ImapTestServer.text(i), Flags.NONE);
        }
        return;
      }
      if (l.startsWith("user ")) {
        server.directory.add(l.substring(5));
        return;
      }
      if (l.startsWith("with ")) {
        return;
      }
      if (l.startsWith("later ")) {
        server.testStore.millis.addAndGet(1000 * Long.parseLong(l.substring(6)));
        return;
      }
      Matcher as = Pattern.compile("(\\d) as (shared )?(\\w+)").matcher(l);
      if (as.matches()) {
        boolean shared = as.group(2) != null;
        String user = variables.computeIfAbsent(as.group(3), n -> server.account(n, shared));
        clients.put(as.group(1), login(user));
        return;
      }
      if (l.equals("forget")) {
        server.testStore.forgetExpunges();
        return;
      }
      if (l.startsWith("limit ")) {
        String[] w = l.split(" ");
        server.store(account).setQuota(new Quota(limit(w[1]), limit(w[2]), limit(w[3])));
        return;
      }
      if (l.startsWith("admin ")) {
        server.directory.add(ImapTestServer.ADMINISTRATOR);
        clients.put(l.split(" ")[1], login(ImapTestServer.ADMINISTRATOR));
        return;
      }
      if (l.equals("bare")) {
        bare(server.store(account));
        return;
      }
      Matcher m = Pattern.compile("(\\d)( new| close| compress|: |<\\* |< |~ )(.*)").matcher(l);
      if (!m.matches()) {
        fail("what is this? " + l);
      }
      String name = m.group(1);
      String rest = m.group(3);
      switch (m.group(2)) {
        case " new" -> clients.put(name, connect());
        case " compress" -> client(name).compress();
        case " close" -> clients.remove(name).close();
        case ": " -> client(name).send(octets(substitute(rest)));
        case "< " -> {
          if (rest.equals("EOF")) {
            assertThat(client(name).readLine()).isNull();
          } else {
            expect(text(client(name).readLine()), rest);
          }
        }
        case "~ " -> assertThat(client(name).readLine()).matches(rest);
        default -> {
          String got = text(client(name).readLine());
          while (got != null && !pattern(rest).matcher(got).matches()) {
            got = text(client(name).readLine());
          }
          expect(got, rest);
        }
      }
    }

    /// UTF-8, one character an octet, as the client has it.
    private static String octets(String text) {
      return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static String text(String octets) {
      return octets == null
          ? null
          : new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static long limit(String text) {
      return text.equals("none") ? Quota.NONE : ByteSize.parse(text).bytes();
    }

    private static void bare(Account account) {
      for (Mailbox box : account.mailboxes()) {
        account.unsubscribe(box.name());
        if (!box.name().equals("INBOX")) {
          account.delete(box.name());
        }
      }
    }

    private LineClient client(String name) throws IOException {
      LineClient c = clients.get(name);
      if (c == null) {
        c = login(account);
        clients.put(name, c);
      }
      return c;
    }

    private LineClient login(String user) throws IOException {
      LineClient c = connect();
      c.expect("* OK ");
      c.send("login LOGIN " + user + " " + ImapTestServer.PASSWORD);
      c.expect("login OK ");
      return c;
    }

    private LineClient connect() throws IOException {
      return LineClient.connect(server.listener.address());
    }

    private void expect(String got, String text) {
      assertThat(got).as("expected <%s>", text).isNotNull();
      Pattern p = pattern(text);
      Matcher m = p.matcher(got);
      if (!m.matches()) {
        fail("expected <" + text + "> but got <" + got + ">");
      }
      for (String v : p.namedGroups().keySet()) {
        variables.put(v, m.group(v));
      }
    }

    private Pattern pattern(String text) {
      var b = new StringBuilder();
      Matcher v = VARIABLE.matcher(text);
      int at = 0;
      while (v.find()) {
        literal(b, text.substring(at, v.start()));
        String known = variables.get(v.group(1));
        b.append(
            known != null
                ? Pattern.quote(known)
                : b.indexOf("(?<" + v.group(1) + ">") >= 0
                    ? "\\k<" + v.group(1) + ">"
                    : "(?<" + v.group(1) + ">[^\\s\\])]+)");
        at = v.end();
      }
      literal(b, text.substring(at));
      return Pattern.compile(b.toString());
    }

    private static void literal(StringBuilder b, String text) {
      String between = "";
      for (String piece : text.split("\\.\\.\\.", -1)) {
        b.append(between).append(Pattern.quote(piece));
        between = ".*";
      }
    }

    private String substitute(String text) {
      return VARIABLE
          .matcher(text)
          .replaceAll(
              r -> Matcher.quoteReplacement(variables.getOrDefault(r.group(1), "$" + r.group(1))));
    }
  }
}
