package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.posthorn.imap.ImapClient;
import org.posthorn.imap.ImapTestServer;

/// No search, however it is put together, has memory or work beyond what is stated.
class SearchLimitsTest {
  private ImapTestServer server;
  private ImapClient client;

  @BeforeEach
  void open() throws IOException {
    server = new ImapTestServer();
    String user = server.account();
    server.fill(user, 3);
    client = server.select(user);
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    server.close();
  }

  private static String quoted(String s) {
    return " \"" + s + "\"";
  }

  /// Each X-GM-RAW may have 200 terms, and FILTER may stand for a thousand keys.
  @Test
  void keysThatStandForOthers() throws IOException {
    String raw = " X-GM-RAW" + quoted("message ".repeat(190).strip());
    assertThat(client.ok("SEARCH" + raw)).containsExactly("SEARCH 1 2 3");
    assertThat(client.bad("SEARCH" + raw.repeat(6))).isEqualTo("Too many search keys");
    String many = "ALL SEEN " + "SMALLER 9 ".repeat(700).strip();
    client.ok("SETMETADATA \"\" (/private/filters/values/many" + quoted(many) + ")");
    client.ok("SEARCH FILTER many");
    assertThat(client.no("SEARCH FILTER many FILTER many"))
        .isEqualTo("[LIMIT] Too many search keys");
  }

  @Test
  void fuzzyStrings() throws IOException {
    assertThat(client.ok("SEARCH" + " FUZZY SUBJECT mesage".repeat(16)))
        .containsExactly("SEARCH 1 2 3");
    assertThat(client.no("SEARCH" + " FUZZY SUBJECT mesage".repeat(17)))
        .isEqualTo("[LIMIT] Too many strings to be found fuzzily");
  }

  /// Beyond those about which the index is asked the messages are read.
  @Test
  void manyStrings() throws IOException {
    var or = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      or.append("OR SUBJECT nothing").append(i).append(" ");
    }
    String none = "SUBJECT nothing ".repeat(40);
    assertThat(client.ok("SEARCH " + none + or + "SUBJECT message")).containsExactly("SEARCH");
    String all = "SUBJECT \"message 2\" ".repeat(80);
    assertThat(client.ok("SEARCH " + all.strip())).containsExactly("SEARCH 2");
  }

  @Test
  void savedAgainAndAgain() throws IOException {
    client.ok("SEARCH RETURN (SAVE) OR 1 3");
    assertThat(client.ok("SEARCH" + " $ UID $".repeat(400))).containsExactly("SEARCH 1 3");
  }

  @Test
  void namesOfMailboxes() throws IOException {
    String thousand = "x ".repeat(999) + "INBOX";
    List<String> found = client.ok("ESEARCH IN (mailboxes (" + thousand + ")) ALL");
    assertThat(found).hasSize(1);
    assertThat(client.no("ESEARCH IN (mailboxes (" + thousand + ") subtree x) ALL"))
        .isEqualTo("[LIMIT] Too many mailboxes for one search");
    String group = "(mailboxes (" + thousand + ") (MailboxName))";
    client.ok("NOTIFY SET " + group);
    assertThat(client.no("NOTIFY SET " + group + " (subtree x (MailboxName))"))
        .isEqualTo("[NOTIFICATIONOVERFLOW] Too many mailboxes");
  }
}
