package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;
import org.posthorn.store.UidSet;

class UidlTest extends Pop3Test {
  @Test
  void isTheEmailIdForEver() throws IOException {
    long uid = storeOfSize(120);
    storeOfSize(200);
    var inbox = account.mailbox("INBOX");
    var entries = inbox.entries(UidSet.ALL);
    entries.next();
    String first = new org.posthorn.store.EmailId(entries.emailId()).toString();
    LineClient c = login();
    List<String> before = lines(c, "UIDL");
    assertThat(before).hasSize(2).first().isEqualTo("1 " + first);
    sayExactly(c, "UIDL 1", "+OK 1 " + first);
    say(c, "QUIT", "+OK");

    account.move(inbox.id(), UidSet.of(uid), "Archive");
    var archive = account.mailbox("Archive");
    account.move(archive.id(), UidSet.of(archive.uidAt(1)), "INBOX");
    assertThat(lines(login(), "UIDL")).contains("2 " + first);
  }

  @Test
  void fitsRfc1939() throws IOException {
    storeOfSize(120);
    assertThat(lines(login(), "UIDL").getFirst().substring(2)).matches("[!-~]{1,70}");
  }

  @Test
  void deletedOnesAreLeftOut() throws IOException {
    storeOfSize(120);
    storeOfSize(200);
    LineClient c = login();
    say(c, "DELE 1", "+OK");
    assertThat(lines(c, "UIDL")).hasSize(1).first().asString().startsWith("2 ");
    sayExactly(c, "UIDL 1", "-ERR message 1 already deleted");
    sayExactly(c, "UIDL 9", "-ERR no such message, only 2 messages in maildrop");
    sayExactly(c, "UIDL x", "-ERR syntax: UIDL [message]");
  }

  @Test
  void ofManyMessages() throws IOException {
    // more than one page of the store, and more than one buffer of output
    for (int i = 0; i < 600; i++) {
      storeOfSize(100);
    }
    LineClient c = login();
    assertThat(lines(c, "UIDL")).hasSize(600).doesNotHaveDuplicates();
    assertThat(lines(c, "LIST")).hasSize(600).last().isEqualTo("600 100");
    sayExactly(c, "STAT", "+OK 600 60000");
  }
}
