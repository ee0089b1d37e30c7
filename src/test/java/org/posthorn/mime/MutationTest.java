package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Thousands of mutations of the corpus' mails, the same in each run, and what must hold of any
/// octets at all.
class MutationTest {
  private static final int MUTATIONS = 4_000;
  private static final int LARGEST = 16 * 1024;

  private static final String[] PIECES = {
    "\r\n",
    "\n",
    "\r",
    "--",
    "\r\n\r\n",
    "\0",
    "\"",
    "(",
    ")",
    "<",
    ">",
    ";",
    ":",
    "=?utf-8?q?",
    "?=",
    "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n",
    "Content-Type: message/rfc822\r\n\r\n",
    "; charset*0*=x''%",
    "\u00e9",
    "\u00ff",
    " ",
    "\t",
    "From: ",
    "Date: ",
    "boundary=",
    "@",
    ","
  };

  private final Random random = new Random(20261123);

  @Test
  void whateverComesIn() throws IOException {
    List<byte[]> mails = new ArrayList<>();
    for (Corpus.Mail mail : Corpus.mails()) {
      if (mail.octets().length <= LARGEST) {
        mails.add(mail.octets());
      }
    }
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] octets = mails.get(random.nextInt(mails.size()));
      for (int n = 1 + random.nextInt(4); n > 0; n--) {
        octets = mutated(octets, mails);
      }
      try {
        check(octets, i);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "mutation " + i + ":\n" + Corpus.octets(octets, 0, octets.length), e);
      }
    }
  }

  private byte[] mutated(byte[] b, List<byte[]> mails) {
    if (b.length == 0) {
      return b;
    }
    int at = random.nextInt(b.length);
    int length = Math.min(1 + random.nextInt(64), b.length - at);
    return switch (random.nextInt(6)) {
      case 0 -> { // change an octet
        byte[] c = b.clone();
        c[at] = (byte) random.nextInt(256);
        yield c;
      }
      case 1 -> joined(Arrays.copyOf(b, at), Arrays.copyOfRange(b, at + length, b.length));
      case 2 -> Arrays.copyOf(b, at); // cut off
      case 3 -> { // put something in
        byte[] piece = ParameterReader.octets(PIECES[random.nextInt(PIECES.length)]);
        yield joined(joined(Arrays.copyOf(b, at), piece), Arrays.copyOfRange(b, at, b.length));
      }
      case 4 -> { // repeat a piece
        byte[] piece = Arrays.copyOfRange(b, at, at + length);
        yield joined(joined(Arrays.copyOf(b, at), piece), Arrays.copyOfRange(b, at, b.length));
      }
      default -> { // go on with another mail
        byte[] other = mails.get(random.nextInt(mails.size()));
        yield joined(
            Arrays.copyOf(b, at),
            Arrays.copyOfRange(other, Math.min(at, other.length), other.length));
      }
    };
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }

  static void check(byte[] octets, int i) throws IOException {
    Part root = MimeScanner.scan(octets);
    assertThat(root.headerStart()).isZero();
    assertThat(root.bodyEnd()).isEqualTo(octets.length);
    check(root, octets);
    if (i % 4 == 0) {
      assertThat(MimeScanner.scan(Corpus.trickle(octets, 1 + i % 13))).isEqualTo(root);
    }
    ImapGrammar.envelope(ImapStructure.envelope(root));
    ImapGrammar.body(ImapStructure.body(root), false);
    ImapGrammar.body(ImapStructure.bodyStructure(root), true);
    Part back = PartTable.decode(PartTable.encode(root));
    assertThat(back.bodyEnd()).isEqualTo(root.bodyEnd());
    assertThat(back.children()).hasSameSizeAs(root.children());
    for (Headers.Header h : root.headers().all()) {
      EncodedWords.decode(h.value());
      MailDate.parse(h.value());
      BaseSubject.of(h.value());
      MessageIds.parse(h.value());
      for (Address.Mailbox m : AddressList.mailboxes(h.value())) {
        EmailAddress email = m.email();
        assertThat(email == null || email.equals(EmailAddress.parse(email.toString()))).isTrue();
      }
    }
  }

  /// 0 ≤ headerStart ≤ bodyStart ≤ bodyEnd ≤ length holds by the record and by nesting.
  private static void check(Part p, byte[] octets) {
    String body = Corpus.body(octets, p);
    assertThat(p.lines()).isEqualTo(body.chars().filter(c -> c == '\n').count());
    long last = p.bodyStart();
    for (Part child : p.children()) {
      assertThat(child.headerStart()).isGreaterThanOrEqualTo(last);
      assertThat(child.bodyEnd()).isLessThanOrEqualTo(p.bodyEnd());
      last = child.bodyEnd();
      check(child, octets);
    }
    for (Headers.Header h : p.headers().all()) {
      assertThat(h.offset()).isGreaterThanOrEqualTo(p.headerStart());
      assertThat(h.offset() + h.length()).isLessThanOrEqualTo(p.bodyStart());
      String field = Corpus.octets(octets, h.offset(), h.offset() + h.length());
      assertThat(field).startsWith(h.name());
    }
  }
}
