package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ImapStructureTest {
  private static String envelope(String header) {
    return text(ImapStructure.envelope(MimeScanner.scan(Corpus.message(header + "\n\n"))));
  }

  private static String body(String message) {
    return text(ImapStructure.body(MimeScanner.scan(Corpus.message(message))));
  }

  private static String bodyStructure(String message) {
    return text(ImapStructure.bodyStructure(MimeScanner.scan(Corpus.message(message))));
  }

  private static String text(byte[] b) {
    return new String(b, StandardCharsets.ISO_8859_1);
  }

  @Test
  void theCorpusKeepsTheGrammar() {
    for (Corpus.Mail mail : Corpus.mails()) {
      Part root = MimeScanner.scan(mail.octets());
      try {
        ImapGrammar.envelope(ImapStructure.envelope(root));
        ImapGrammar body = ImapGrammar.body(ImapStructure.body(root), false);
        ImapGrammar extended = ImapGrammar.body(ImapStructure.bodyStructure(root), true);
        assertThat(body.leaves).isEqualTo(leaves(root)).isEqualTo(extended.leaves);
      } catch (AssertionError e) {
        throw new AssertionError(mail.name() + ": " + e.getMessage(), e);
      }
    }
  }

  private static int leaves(Part p) {
    int n = p.multipart() ? 0 : 1;
    for (Part child : p.children()) {
      n += leaves(child);
    }
    return n;
  }

  @Test
  void envelopeOfRfc3501Section8() {
    // RFC 3501 §8, the example session; there the strings that come from nowhere are the same.
    assertThat(
            envelope(
                """
                Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)
                From: Terry Gray <gray@cac.washington.edu>
                Subject: IMAP4rev1 WG mtg summary and minutes
                To: imap@cac.washington.edu
                Cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>
                Message-Id: <B27397-0100000@cac.washington.edu>
                MIME-Version: 1.0
                Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\
                """))
        .isEqualTo(
            "(\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" "
                + "\"IMAP4rev1 WG mtg summary and minutes\" "
                + "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
                + "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
                + "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
                + "((NIL NIL \"imap\" \"cac.washington.edu\")) "
                + "((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")"
                + "(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL NIL "
                + "\"<B27397-0100000@cac.washington.edu>\")");
  }

  @Test
  void absentIsNilAndEmptyIsEmpty() {
    assertThat(envelope("X: y")).isEqualTo("(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
    assertThat(envelope("Subject:\nDate: \nMessage-ID:\nIn-Reply-To:"))
        .isEqualTo("(\"\" \"\" NIL NIL NIL NIL NIL NIL \"\" \"\")");
  }

  @Test
  void emptySenderAndReplyToAreFrom() {
    String from = "((NIL NIL \"a\" \"x\"))";
    assertThat(envelope("From: a@x\nSender:\nReply-To: b@y"))
        .isEqualTo(
            "(NIL NIL " + from + " " + from + " ((NIL NIL \"b\" \"y\")) NIL NIL NIL NIL NIL)");
  }

  @Test
  void groups() {
    assertThat(envelope("To: A Group:Ed <c@a.test>,joe@where.test;\nCc: Undisclosed recipients:;"))
        .isEqualTo(
            "(NIL NIL NIL NIL NIL ((NIL NIL \"A Group\" NIL)(\"Ed\" NIL \"c\" \"a.test\")"
                + "(NIL NIL \"joe\" \"where.test\")(NIL NIL NIL NIL)) "
                + "((NIL NIL \"Undisclosed recipients\" NIL)(NIL NIL NIL NIL)) NIL NIL NIL)");
  }

  @Test
  void routesQuotesAndMissingDomains() {
    assertThat(envelope("To: \"a \\\"b\\\\\" <@r1,@r2:\"c d\"@e>, f, \"\" <g>"))
        .isEqualTo(
            "(NIL NIL NIL NIL NIL ((\"a \\\"b\\\\\" \"@r1,@r2\" \"c d\" \"e\")"
                + "(NIL NIL \"f\" \"\")(NIL NIL \"g\" \"\")) NIL NIL NIL NIL)");
  }

  @Test
  void eightBitStringsAreLiteralsOfTheSameOctets() {
    assertThat(envelope("Subject: caf\u00e9 \u00ff\nFrom: J\u00f6 <j@x>"))
        .startsWith("(NIL {6}\r\ncaf\u00e9 \u00ff (({2}\r\nJ\u00f6 NIL \"j\" \"x\"))");
  }

  @Test
  void nulIsLeftOutAndBareCrIsALiteral() {
    assertThat(envelope("Subject: a\0b")).startsWith("(NIL \"ab\" ");
    assertThat(envelope("Subject: a\rb")).startsWith("(NIL {3}\r\na\rb ");
  }

  @Test
  void foldedSubjectIsUnfolded() {
    assertThat(envelope("Subject: a\n b\n\tc")).startsWith("(NIL \"a b\tc\" ");
  }

  @Test
  void longStringsAreLiterals() {
    assertThat(envelope("Subject: " + "x".repeat(1001))).startsWith("(NIL {1001}\r\nxxx");
  }

  @Test
  void plainText() {
    // RFC 3501 §7.4.2: ("TEXT" "PLAIN" ("CHARSET" "US-ASCII") NIL NIL "7BIT" 2279 48)
    assertThat(body("Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\n\none\ntwo\n"))
        .isEqualTo("(\"text\" \"plain\" (\"charset\" \"US-ASCII\") NIL NIL \"7bit\" 10 2)");
    assertThat(body("\nx")).isEqualTo("(\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 0)");
  }

  @Test
  void multipartWithExtensions() {
    assertThat(
            bodyStructure(
                """
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Type: text/plain
                Content-Language: de, en

                a
                --b
                Content-Type: image/png; name="a b.png"
                Content-Disposition: attachment; filename*=UTF-8''%e2%82%ac.png
                Content-Transfer-Encoding: BASE64
                Content-ID: <1@x>
                Content-Description: d
                Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==
                Content-Location: http://x/

                AAAA
                --b--
                """))
        .isEqualTo(
            "((\"text\" \"plain\" NIL NIL NIL \"7bit\" 1 0 NIL NIL (\"de\" \"en\") NIL)"
                + "(\"image\" \"png\" (\"name\" \"a b.png\") \"<1@x>\" \"d\" \"base64\" 4 "
                + "\"Q2hlY2sgSW50ZWdyaXR5IQ==\" "
                + "(\"attachment\" (\"filename*\" \"UTF-8''%e2%82%ac.png\")) NIL \"http://x/\") "
                + "\"mixed\" (\"boundary\" \"b\") NIL NIL NIL)");
  }

  @Test
  void messageInside() {
    assertThat(
            body(
                """
                Content-Type: message/rfc822

                Subject: inner

                one
                """))
        .isEqualTo(
            "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 23 "
                + "(NIL \"inner\" NIL NIL NIL NIL NIL NIL NIL NIL) "
                + "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 5 1) 3)");
  }

  @Test
  void encodedMessageIsNoMessage() {
    assertThat(
            body("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nRnJvbTogYQ=="))
        .isEqualTo("(\"application\" \"octet-stream\" NIL NIL NIL \"base64\" 12)");
  }

  @Test
  void multipartWithoutPartsIsText() {
    assertThat(body("Content-Type: multipart/mixed; boundary=b\n\nhello\n"))
        .isEqualTo("(\"text\" \"plain\" NIL NIL NIL \"7bit\" 7 1)");
  }

  @Test
  void sizesAreBounded() {
    StringBuilder to = new StringBuilder("To: a@b");
    for (int i = 0; i < 20_000; i++) {
      to.append(",\n someone").append(i).append("@some.where.test");
    }
    Part root = MimeScanner.scan(Corpus.message(to.append("\n\n").toString()));
    assertThat(ImapStructure.envelope(root).length).isBetween(5_000, ImapStructure.MAX_ENVELOPE);
    ImapGrammar.envelope(ImapStructure.envelope(root));
    StringBuilder parts = new StringBuilder("Content-Type: multipart/mixed; boundary=b\n\n");
    for (int i = 0; i < 1_000; i++) {
      parts.append("--b\nContent-Type: a").append("b".repeat(60)).append("/b; name=\"");
      parts.append("n".repeat(300)).append("\"\n\nx\n");
    }
    root = MimeScanner.scan(Corpus.message(parts.toString()));
    assertThat(root.children()).hasSize(MimeScanner.MAX_PARTS);
    assertThat(ImapStructure.bodyStructure(root).length).isLessThan(ImapStructure.MAX_STRUCTURE);
    ImapGrammar.body(ImapStructure.bodyStructure(root), true);
    ImapGrammar.body(ImapStructure.body(root), false);
  }
}
