package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.posthorn.imap.ImapClient;
import org.posthorn.imap.ImapTestServer;
import org.posthorn.mime.Corpus;
import org.posthorn.mime.ImapGrammar;
import org.posthorn.mime.MimeScanner;
import org.posthorn.mime.Part;
import org.posthorn.mime.TransferDecoder;

/// Every section of every mail of the corpus over the wire: the octets that the offsets say,
/// computed here anew; structures that the grammar accepts.
class CorpusFetchTest {
  /// Sections asked for in one command.
  private static final int ITEMS = 100;

  /// @param item as it is asked for
  /// @param name as it comes back
  /// @param octets null for NIL
  private record Wanted(String item, String name, byte[] octets) {}

  @Test
  void everySectionOfEveryMail() throws IOException {
    try (ImapTestServer server = new ImapTestServer()) {
      String user = server.account();
      try (ImapClient client = server.login(user)) {
        int uid = 0;
        for (Corpus.Mail mail : Corpus.mails()) {
          byte[] b = mail.octets();
          client.append("INBOX", new String(b, StandardCharsets.ISO_8859_1));
          if (++uid == 1) {
            client.ok("SELECT INBOX");
          }
          structures(client, uid, mail.name());
          sections(client, uid, mail);
        }
        assertThat(uid).isEqualTo(Corpus.mails().size()).isGreaterThan(400);
      }
    }
  }

  private static void structures(ImapClient client, int uid, String name) throws IOException {
    String got = fetch(client, uid, "(ENVELOPE BODY BODYSTRUCTURE)", name);
    int body = got.indexOf(" BODY (");
    int structure = got.indexOf(" BODYSTRUCTURE (", body);
    String envelope = got.substring(got.indexOf("ENVELOPE ") + 9, body);
    ImapGrammar.envelope(octets(envelope));
    ImapGrammar.body(octets(got.substring(body + 6, structure)), false);
    ImapGrammar.body(octets(got.substring(structure + 15, got.length() - 1)), true);
  }

  private static byte[] octets(String s) {
    return s.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String fetch(ImapClient client, int uid, String items, String name)
      throws IOException {
    List<String> got =
        client.ok("UID FETCH " + uid + " " + items).stream()
            .filter(l -> l.contains(" FETCH (UID " + uid + " "))
            .toList();
    assertThat(got).as(name).hasSize(1);
    return got.getFirst();
  }

  private static void sections(ImapClient client, int uid, Corpus.Mail mail) throws IOException {
    List<Wanted> wanted = new ArrayList<>();
    byte[] b = mail.octets();
    Part root = MimeScanner.scan(b);
    Random random = new Random(uid);
    add(wanted, random, "BODY", "", b);
    add(wanted, random, "BODY", "HEADER", slice(b, 0, root.bodyStart()));
    add(wanted, random, "BODY", "TEXT", slice(b, root.bodyStart(), root.bodyEnd()));
    if (root.multipart()) {
      children(wanted, random, b, root, "");
    } else {
      leaf(wanted, random, b, root, "1");
    }
    for (int i = 0; i < wanted.size(); i += ITEMS) {
      List<Wanted> some = wanted.subList(i, Math.min(wanted.size(), i + ITEMS));
      var items = new StringBuilder("(");
      var expected = new StringBuilder();
      for (Wanted w : some) {
        items.append(items.length() > 1 ? " " : "").append(w.item);
        expected.append(' ').append(w.name).append(' ').append(value(w.octets));
      }
      String got = fetch(client, uid, items.append(')').toString(), mail.name());
      assertThat(got.substring(got.indexOf("(UID " + uid) + 5 + Integer.toString(uid).length()))
          .as(mail.name())
          .isEqualTo(expected + ")");
    }
  }

  private static String value(byte[] octets) {
    if (octets == null) {
      return "NIL";
    }
    String s = new String(octets, StandardCharsets.ISO_8859_1);
    return (s.indexOf(0) >= 0 ? "~{" : "{") + octets.length + "}\r\n" + s;
  }

  private static void children(
      List<Wanted> wanted, Random random, byte[] b, Part p, String prefix) {
    int n = 1;
    for (Part child : p.children()) {
      String number = prefix + n++;
      add(
          wanted,
          random,
          "BODY",
          number + ".MIME",
          slice(b, child.headerStart(), child.bodyStart()));
      if (child.multipart()) {
        add(wanted, random, "BODY", number, slice(b, child.bodyStart(), child.bodyEnd()));
        children(wanted, random, b, child, number + ".");
      } else {
        leaf(wanted, random, b, child, number);
      }
    }
    wanted.add(new Wanted("BODY.PEEK[" + prefix + n + "]", "BODY[" + prefix + n + "]", null));
  }

  private static void leaf(List<Wanted> wanted, Random random, byte[] b, Part p, String number) {
    byte[] body = slice(b, p.bodyStart(), p.bodyEnd());
    add(wanted, random, "BODY", number, body);
    if (p.message()) {
      Part inner = p.children().getFirst();
      add(
          wanted,
          random,
          "BODY",
          number + ".HEADER",
          slice(b, inner.headerStart(), inner.bodyStart()));
      add(wanted, random, "BODY", number + ".TEXT", slice(b, inner.bodyStart(), inner.bodyEnd()));
      if (inner.multipart()) {
        children(wanted, random, b, inner, number + ".");
      }
    } else if (TransferDecoder.knows(p.encoding())) {
      add(wanted, random, "BINARY", number, decoded(body, p));
    }
  }

  /// The whole of it, and a piece.
  private static void add(
      List<Wanted> wanted, Random random, String kind, String section, byte[] octets) {
    String name = kind + "[" + section + "]";
    String item = kind + ".PEEK[" + section + "]";
    wanted.add(new Wanted(item, name, octets));
    int from = random.nextInt(octets.length + 2);
    int count = 1 + random.nextInt(octets.length + 1);
    int start = Math.min(from, octets.length);
    wanted.add(
        new Wanted(
            item + "<" + from + "." + count + ">",
            name + "<" + from + ">",
            slice(octets, start, Math.min((long) start + count, octets.length))));
  }

  private static byte[] decoded(byte[] body, Part p) {
    try {
      byte[] plain =
          TransferDecoder.decode(new ByteArrayInputStream(body), p.encoding()).readAllBytes();
      if (!p.text()) {
        return plain;
      }
      var out = new ByteArrayOutputStream(); // RFC 9051 §7.5.2: lines of text end with CRLF
      for (int i = 0; i < plain.length; i++) {
        if (plain[i] == '\n' && (i == 0 || plain[i - 1] != '\r')) {
          out.write('\r');
        }
        out.write(plain[i]);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] slice(byte[] b, long from, long to) {
    return java.util.Arrays.copyOfRange(b, (int) from, (int) to);
  }
}
