package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Mail made to hurt: B31 to B39 of the list of bad inputs. Work is bounded by allocations, which
/// are exact, and by deadlines far above what is usual (a few hundred milliseconds).
@Timeout(value = 20, unit = TimeUnit.SECONDS)
class BadMimeTest {
  private static final int MEGABYTE = 1 << 20;

  /// Repeats a text for so many octets; holds nothing.
  private static InputStream endless(String head, String text, long octets) {
    byte[] first = head.getBytes(StandardCharsets.ISO_8859_1);
    byte[] again = text.repeat(1 + 8_192 / text.length()).getBytes(StandardCharsets.ISO_8859_1);
    return new InputStream() {
      private long at;

      @Override
      public int read() {
        throw new UnsupportedOperationException();
      }

      @Override
      public int read(byte[] b, int off, int len) {
        if (at >= octets) {
          return -1;
        }
        byte[] from = at < first.length ? first : again;
        int start = at < first.length ? (int) at : (int) ((at - first.length) % again.length);
        int n = (int) Math.min(Math.min(len, from.length - start), octets - at);
        System.arraycopy(from, start, b, off, n);
        at += n;
        return n;
      }
    };
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  /// Runs with a limit on the octets allocated by it.
  private static <T> T within(long limit, Work<T> work) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    T result = work.run();
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).as("allocated").isLessThan(limit);
    return result;
  }

  private static Part scan(String head, String text, long octets) throws IOException {
    Part part = within(8 * MEGABYTE, () -> MimeScanner.scan(endless(head, text, octets)));
    assertThat(part.bodyEnd()).isEqualTo(octets);
    within(
        8 * MEGABYTE,
        () -> {
          ImapGrammar.envelope(ImapStructure.envelope(part));
          return null;
        });
    within(
        16 * MEGABYTE,
        () -> {
          ImapGrammar.body(ImapStructure.bodyStructure(part), true);
          return null;
        });
    assertThat(PartTable.decode(PartTable.encode(part)).bodyEnd()).isEqualTo(octets);
    return part;
  }

  @Test
  void b31FiveHundredThousandFields() throws IOException {
    Part part = scan("", "X-A: b\r\n", 500_000 * 8);
    assertThat(part.headers().size()).isEqualTo(MimeScanner.MAX_FIELDS);
    assertThat(part.headers().complete()).isFalse();
  }

  @Test
  void b31FiveHundredThousandAddressFields() throws IOException {
    scan("", "To: a@b, c@d\r\n", 500_000 * 14);
    scan("From: x\r\nTo: ", "a@b,\r\n ", 10 * MEGABYTE);
    scan("To: ", "<", 10 * MEGABYTE);
    scan("To: ", "a@b;g:", 10 * MEGABYTE);
  }

  @Test
  void b31FieldOfTenMegabytes() throws IOException {
    Part part = scan("Subject: ", "x", 10 * MEGABYTE);
    assertThat(part.headers().all().getFirst().length()).isEqualTo(10 * MEGABYTE);
    assertThat(part.headers().first("subject")).hasSizeLessThan(MimeScanner.MAX_FIELD_BYTES);
    scan("Subject: ", "x\r\n ", 10 * MEGABYTE);
    scan("", "no-colon", 10 * MEGABYTE);
    scan("", "no-colon\r\n", 10 * MEGABYTE);
  }

  @Test
  void b31FiftyMegabytesOfHeader() throws IOException {
    String field = "X-Filler: " + "y".repeat(80_000) + "\r\n";
    Part part = scan("", field, 50 * MEGABYTE);
    assertThat(part.headers().complete()).isFalse();
    assertThat(part.bodyStart()).isEqualTo(50 * MEGABYTE);
  }

  @Test
  void b32ContinuationsOfParameters() throws IOException {
    StringBuilder field = new StringBuilder("Content-Type: text/plain");
    for (int i = 0; i < 100_000; i++) {
      field.append(";\r\n n*").append(i).append("*=%41");
    }
    byte[] message = field.append("\r\n\r\n").toString().getBytes(StandardCharsets.US_ASCII);
    Part part = within(8 * MEGABYTE, () -> MimeScanner.scan(message));
    assertThat(part.parameter("n")).matches("A{100,1000}");
    scan("Content-Type: text/plain; ", "n*0*=''a;", 10 * MEGABYTE);
    scan("Content-Type: text/plain; ", "a=\"b;", 10 * MEGABYTE);
    scan("Content-Type: text/plain; ", "(", 10 * MEGABYTE);
    scan("Content-Type: text/plain; a=", "b ", 10 * MEGABYTE);
    scan("Content-Type: text/plain; a=\"", "\\", 10 * MEGABYTE);
    scan("Content-Language: ", "a,", 10 * MEGABYTE);
  }

  @Test
  void b33DepthOfTenThousand() throws IOException {
    StringBuilder message = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      message.append("Content-Type: multipart/mixed; boundary=b").append(i);
      message.append("\r\n\r\n--b").append(i).append("\r\n");
    }
    Part part = within(8 * MEGABYTE, () -> MimeScanner.scan(bytes(message)));
    assertThat(depth(part)).isEqualTo(MimeScanner.MAX_DEPTH + 1);
    Part messages = scan("", "Content-Type: message/rfc822\r\n\r\n", 10_000 * 32);
    assertThat(depth(messages)).isEqualTo(MimeScanner.MAX_DEPTH + 1);
    Part same = scan("", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", 10_000 * 50);
    assertThat(depth(same)).isEqualTo(MimeScanner.MAX_DEPTH + 1);
  }

  private static byte[] bytes(CharSequence s) {
    return s.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static int depth(Part p) {
    int deepest = 0;
    for (Part child : p.children()) {
      deepest = Math.max(deepest, depth(child));
    }
    return deepest + 1;
  }

  @Test
  void b33AHundredLikeBoundariesAndLinesThatBeginLikeThem() throws IOException {
    StringBuilder head = new StringBuilder();
    for (int i = 100; i < 100 + MimeScanner.MAX_DEPTH; i++) {
      String boundary = "x".repeat(i);
      head.append("Content-Type: multipart/mixed; boundary=").append(boundary);
      head.append("\r\n\r\n--").append(boundary).append("\r\n");
    }
    head.append("\r\n");
    scan(head.toString(), "--" + "x".repeat(99) + "\r\n", 20 * MEGABYTE);
    scan(head.toString(), "--\n", 5 * MEGABYTE);
  }

  @Test
  void b33OddBoundaries() throws IOException {
    for (String boundary : new String[] {"\"\"", "\" \"", "-", "--", "a:b", "\"", "'", "%", "\\"}) {
      String head = "Content-Type: multipart/mixed; boundary=" + boundary + "\r\n\r\n";
      scan(head, "--\r\n----\r\n--" + boundary + "\r\n", MEGABYTE);
    }
    scan(
        "Content-Type: multipart/mixed; boundary=" + "b".repeat(300) + "\r\n\r\n",
        "--b\n",
        MEGABYTE);
  }

  @Test
  void b34AHundredThousandParts() throws IOException {
    Part part =
        scan("Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\n\r\nx\r\n", 100_000 * 10);
    assertThat(part.children()).hasSize(MimeScanner.MAX_PARTS);
    Part rest = part.children().getLast();
    assertThat(rest.type() + "/" + rest.subtype()).isEqualTo("application/octet-stream");
    assertThat(rest.bodyEnd()).isEqualTo(part.bodyEnd());
  }

  @Test
  void b35CharacterSets() {
    for (String name : new String[] {"utf-7", "iso-2022-jp", "iso-2022-kr", "utf-16", "gb18030"}) {
      for (int octet = 0; octet < 256; octet++) {
        byte[] octets = {0x1b, '$', (byte) octet, '+', (byte) octet, (byte) 0xd8, (byte) octet};
        assertThat(Charsets.decode(octets, name)).hasSizeLessThan(20);
      }
    }
  }

  @Test
  void b35EncodedWordBombs() throws IOException {
    for (String text :
        new String[] {
          "=?",
          "=?utf-8?q?",
          "=?utf-8?q?a?=",
          "=?utf-8?b?",
          "=?=?",
          "?=",
          "=?utf-8?q?=",
          "=?a?b?c?= ",
          "=?utf-7?q?+?=",
          "=?utf-8?q??= "
        }) {
      String bomb = text.repeat(MEGABYTE / text.length());
      String decoded = within(100 * MEGABYTE, () -> EncodedWords.decode(bomb));
      assertThat(decoded).hasSizeLessThanOrEqualTo(bomb.length());
    }
  }

  @Test
  void b36GarbageInEncodings() throws IOException {
    for (String encoding : new String[] {"base64", "quoted-printable", "uuencode"}) {
      for (String text :
          new String[] {"=", "==\r\n", "= ", "begin 6 x\r\n", "M", "\0", "\u00ff", "~ "}) {
        InputStream in = TransferDecoder.decode(endless("", text, 2 * MEGABYTE), encoding);
        long octets =
            within(
                64 * MEGABYTE,
                () -> {
                  byte[] b = new byte[8_192];
                  long sum = 0;
                  for (int n = in.read(b); n >= 0; n = in.read(b)) {
                    sum += n;
                  }
                  return sum;
                });
        assertThat(octets).isLessThanOrEqualTo(2 * MEGABYTE);
      }
    }
  }

  @Test
  void b37FileNamesStayData() {
    String[] names = {"../../etc/passwd", "a\u202egpj.exe", "CON", "x".repeat(10_000)};
    for (String name : names) {
      byte[] message =
          ("Content-Type: text/plain; name=\"" + name + "\"\r\n\r\n")
              .getBytes(StandardCharsets.UTF_8);
      Part part = MimeScanner.scan(message);
      assertThat(part.fileName()).isEqualTo(name);
      ImapGrammar.body(ImapStructure.bodyStructure(part), true);
    }
    Part split = MimeScanner.scan(bytes("Content-Type: a/b; name*=utf-8''a%0d%0ab%00c\r\n\r\n"));
    assertThat(split.fileName()).isEqualTo("a\r\nb\0c");
    assertThat(Corpus.octets(ImapStructure.bodyStructure(split), 0, 50)).doesNotContain("\r");
  }

  @Test
  void b38AddressBombs() throws IOException {
    for (String text :
        new String[] {
          "(", ")", "\"", "<", ">", ":", ";", ",", "@", "[", "\\", "g:", "\"a\"@", "a@[", "(\\",
          "<(", "\"\\", "a:b<", "<@a,", "a (b ", " ", ".", "(()", "\"a\" ", "<\"", "@\"", "'a@b'"
        }) {
      String bomb = text.repeat(64 * 1024 / text.length());
      assertThat(within(32 * MEGABYTE, () -> AddressList.parse(bomb))).isNotNull();
      assertThat(within(32 * MEGABYTE, () -> AddressList.parse("a@b " + bomb))).isNotNull();
      scan("From: " + bomb + "\r\n\r\n", "x", 100_000);
    }
    String nested = "(".repeat(10_000) + "c" + ")".repeat(10_000);
    assertThat(AddressList.parse("a@b " + nested)).hasSize(1);
  }

  @Test
  void b39DatesAndIds() throws IOException {
    for (String text :
        new String[] {"0", "9", ":", "-", "(", "+0000 ", "Jan ", "1 ", "T-", "1-1-1:1"}) {
      String bomb = text.repeat(MEGABYTE / text.length());
      assertThatCode(() -> MailDate.parse(bomb)).doesNotThrowAnyException();
      String small = text.repeat(200 / text.length());
      assertThatCode(() -> MailDate.parse(small)).doesNotThrowAnyException();
    }
    for (String text : new String[] {"<", ">", "<a", "<a@b>", "(", "<(", "@", "a@b "}) {
      String bomb = text.repeat(MEGABYTE / text.length());
      assertThat(within(100 * MEGABYTE, () -> MessageIds.parse(bomb)))
          .hasSizeLessThanOrEqualTo(MessageIds.MAX_IDS);
    }
    scan("Message-ID: <", "x", 10 * MEGABYTE);
    scan("References: ", "<a@b> ", 10 * MEGABYTE);
  }

  @Test
  void headerSelectionOfHugeHeaders() {
    byte[] header = bytes("A:b\n".repeat(500_000));
    assertThat(HeaderFields.select(header, java.util.List.of("a"), true)).hasSize(2);
    assertThat(HeaderFields.select(header, java.util.List.of("a"), false))
        .hasSize(header.length + 2);
  }

  @Test
  void anOrdinaryMessageCostsLittle() throws IOException {
    String text =
        """
        Return-Path: <a@example.test>
        Received: from a.example.test (a.example.test [192.0.2.1])
         by mx.example.test with ESMTPS id 123 for <b@example.test>;
         Mon, 23 Nov 2026 00:00:00 +0000
        DKIM-Signature: v=1; a=rsa-sha256; d=example.test; s=s; h=from:to:subject;
         bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA
        From: Ana <a@example.test>
        To: Bo <b@example.test>
        Subject: Hello
        Date: Mon, 23 Nov 2026 00:00:00 +0000
        Message-ID: <1@example.test>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        """
            + "seventy octets of text in a line that says nothing at all, and so on..\n".repeat(50);
    byte[] message = Corpus.message(text);
    for (int i = 0; i < 3; i++) {
      MimeScanner.scan(message); // classes are loaded
    }
    within(12 * 1024, () -> MimeScanner.scan(message));
    Part part = MimeScanner.scan(message);
    within(
        24 * 1024,
        () -> ImapStructure.envelope(part).length + ImapStructure.bodyStructure(part).length);
    within(12 * 1024, () -> PartTable.encode(part));
  }
}
