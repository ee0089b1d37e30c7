package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MimeScannerTest {
  private static Part scan(String message) {
    return MimeScanner.scan(Corpus.message(message));
  }

  private static String body(String message, Part part) {
    return Corpus.body(Corpus.message(message), part).replace("\r\n", "\n");
  }

  /// `type/subtype[children]`
  private static String shape(Part p) {
    return p.type()
        + "/"
        + p.subtype()
        + (p.children().isEmpty()
            ? ""
            : p.children().stream()
                .map(MimeScannerTest::shape)
                .collect(Collectors.joining(" ", "[", "]")));
  }

  @Test
  void rfc2046Section511() {
    String message =
        """
        From: Nathaniel Borenstein <nsb@bellcore.com>
        To: Ned Freed <ned@innosoft.com>
        Date: Sun, 21 Mar 1993 23:56:48 -0800 (PST)
        Subject: Sample message
        MIME-Version: 1.0
        Content-type: multipart/mixed; boundary="simple boundary"

        This is the preamble.  It is to be ignored, though it
        is a handy place for composition agents to include an
        explanatory note to non-MIME conformant readers.

        --simple boundary

        This is implicitly typed plain US-ASCII text.
        It does NOT end with a linebreak.
        --simple boundary
        Content-type: text/plain; charset=us-ascii

        This is explicitly typed plain US-ASCII text.
        It DOES end with a linebreak.

        --simple boundary--

        This is the epilogue.  It is also to be ignored.
        """;
    Part root = scan(message);
    assertThat(shape(root)).isEqualTo("multipart/mixed[text/plain text/plain]");
    Part first = root.children().get(0);
    Part second = root.children().get(1);
    assertThat(body(message, first))
        .isEqualTo(
            "This is implicitly typed plain US-ASCII text.\nIt does NOT end with a linebreak.");
    assertThat(first.lines()).isEqualTo(1);
    assertThat(body(message, second))
        .isEqualTo(
            "This is explicitly typed plain US-ASCII text.\nIt DOES end with a linebreak.\n");
    assertThat(second.lines()).isEqualTo(2);
    assertThat(second.parameter("charset")).isEqualTo("us-ascii");
    assertThat(root.bodyEnd()).isEqualTo(Corpus.message(message).length);
    assertThat(root.lines()).isEqualTo(17);
  }

  @Test
  void rfc2049AppendixA() {
    Part root =
        scan(
            """
            MIME-Version: 1.0
            From: Nathaniel Borenstein <nsb@nsb.fv.com>
            To: Ned Freed <ned@innosoft.com>
            Date: Fri, 07 Oct 1994 16:15:05 -0700 (PDT)
            Subject: A multipart example
            Content-Type: multipart/mixed;
                          boundary=unique-boundary-1

            This is the preamble area of a multipart message.
            Mail readers that understand multipart format
            should ignore this preamble.

            If you are reading this text, you might want to
            consider changing to a mail reader that understands
            how to properly display multipart messages.

            --unique-boundary-1

              ... Some text appears here ...

            [Note that the blank between the boundary and the start
             of the text in this part means no header fields were
             given and this is text in the US-ASCII character set.
             It could have been done with explicit typing as in the
             next part.]

            --unique-boundary-1
            Content-type: text/plain; charset=US-ASCII

            This could have been part of the previous part, but
            illustrates explicit versus implicit typing of body
            parts.

            --unique-boundary-1
            Content-Type: multipart/parallel; boundary=unique-boundary-2

            --unique-boundary-2
            Content-Type: audio/basic
            Content-Transfer-Encoding: base64

              ... base64-encoded 8000 Hz single-channel
                  mu-law-format audio data goes here ...

            --unique-boundary-2
            Content-Type: image/jpeg
            Content-Transfer-Encoding: base64

              ... base64-encoded image data goes here ...

            --unique-boundary-2--

            --unique-boundary-1
            Content-type: text/enriched

            This is <bold><italic>enriched.</italic></bold>
            <smaller>as defined in RFC 1896</smaller>

            Isn't it
            <bigger><bigger>cool?</bigger></bigger>

            --unique-boundary-1
            Content-Type: message/rfc822

            From: (mailbox in US-ASCII)
            To: (address in US-ASCII)
            Subject: (subject in US-ASCII)
            Content-Type: Text/plain; charset=ISO-8859-1
            Content-Transfer-Encoding: Quoted-printable

              ... Additional text in ISO-8859-1 goes here ...

            --unique-boundary-1--
            """);
    assertThat(shape(root))
        .isEqualTo(
            "multipart/mixed[text/plain text/plain multipart/parallel[audio/basic image/jpeg]"
                + " text/enriched message/rfc822[text/plain]]");
    assertThat(root.find(3, 2).subtype()).isEqualTo("jpeg");
    assertThat(root.find(5, 1).encoding()).isEqualTo("quoted-printable");
    assertThat(root.find(5, 2)).isNull();
  }

  // RFC 9051 §6.4.5.1, the example of part numbers
  @Test
  void partNumbers() {
    Part root =
        scan(
            """
            Content-Type: multipart/mixed; boundary=a

            --a
            Content-Type: text/plain

            --a
            Content-Type: application/octet-stream

            --a
            Content-Type: message/rfc822

            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/plain

            --b
            Content-Type: application/octet-stream

            --b--
            --a
            Content-Type: multipart/mixed; boundary=c

            --c
            Content-Type: image/gif

            --c
            Content-Type: message/rfc822

            Content-Type: multipart/mixed; boundary=d

            --d
            Content-Type: text/plain

            --d
            Content-Type: multipart/alternative; boundary=e

            --e
            Content-Type: text/plain

            --e
            Content-Type: text/richtext

            --e--
            --d--
            --c--
            --a--
            """);
    assertThat(shape(root.find()))
        .startsWith("multipart/mixed[text/plain application/octet-stream");
    assertThat(shape(root.find(1))).isEqualTo("text/plain");
    assertThat(shape(root.find(2))).isEqualTo("application/octet-stream");
    assertThat(shape(root.find(3))).startsWith("message/rfc822[");
    assertThat(shape(root.find(3, 1))).isEqualTo("text/plain");
    assertThat(shape(root.find(3, 2))).isEqualTo("application/octet-stream");
    assertThat(shape(root.find(4))).startsWith("multipart/mixed[");
    assertThat(shape(root.find(4, 1))).isEqualTo("image/gif");
    assertThat(shape(root.find(4, 2))).startsWith("message/rfc822[");
    assertThat(shape(root.find(4, 2, 1))).isEqualTo("text/plain");
    assertThat(shape(root.find(4, 2, 2))).startsWith("multipart/alternative[");
    assertThat(shape(root.find(4, 2, 2, 1))).isEqualTo("text/plain");
    assertThat(shape(root.find(4, 2, 2, 2))).isEqualTo("text/richtext");
    assertThat(root.find(5)).isNull();
    assertThat(root.find(0)).isNull();
    assertThat(root.find(1, 1)).isNull();
    assertThat(root.find(4, 1, 1)).isNull();
    Part plain = scan("\nx");
    assertThat(plain.find(1)).isSameAs(plain);
    assertThat(plain.find(1, 1)).isNull();
    assertThat(plain.find(2)).isNull();
    Part message = scan("Content-Type: message/rfc822\n\nContent-Type: text/html\n\nx");
    assertThat(message.find(1)).isSameAs(message);
    assertThat(message.find(1, 1).subtype()).isEqualTo("html");
  }

  // RFC 2046 §5.1.5
  @Test
  void digest() {
    assertThat(
            shape(
                scan(
                    """
                    Content-Type: multipart/digest; boundary=a

                    --a

                    Subject: one

                    x
                    --a
                    Content-Type: text/plain

                    y
                    --a--
                    """)))
        .isEqualTo("multipart/digest[message/rfc822[text/plain] text/plain]");
  }

  // RFC 2231 §3, §4, §4.1
  @Test
  void rfc2231() {
    assertThat(
            scan("Content-Type: message/external-body; access-type=URL;\n URL*0=\"ftp://\";\n"
                    + " URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"\n\n")
                .parameter("url"))
        .isEqualTo("ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar");
    assertThat(
            scan("Content-Type: application/x-stuff;\n"
                    + " title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A\n\n")
                .parameter("title"))
        .isEqualTo("This is ***fun***");
    Part part =
        scan(
            "Content-Type: application/x-stuff\n"
                + " title*0*=us-ascii'en'This%20is%20even%20more%20\n"
                + " title*1*=%2A%2A%2Afun%2A%2A%2A%20\n"
                + " title*2=\"isn't it!\"\n\n");
    assertThat(part.parameters())
        .containsExactly(
            new Parameter(
                "title",
                "This is even more ***fun*** isn't it!",
                "us-ascii'en'This%20is%20even%20more%20%2A%2A%2Afun%2A%2A%2A%20isn%27t%20it!"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          text/plain; name=a.txt                    | a.txt
          text/plain; name="a b.txt"                | a b.txt
          text/plain; name=a b.txt                  | a b.txt
          text/plain; name="a b.txt                 | a b.txt
          text/plain; name="a.txt; charset=x        | a.txt
          text/plain; name="a\\"b\\\\c"             | a"b\\c
          text/plain; name="C:\\tmp\\a.txt"         | C:\\tmp\\a.txt
          text/plain; name = a.txt ; x=y            | a.txt
          text/plain;name=a.txt;;                   | a.txt
          text/plain; NAME="a.txt" charset=x        | a.txt
          text/plain; charset="x" name=a.txt        | a.txt
          text/plain name=a.txt                     | a.txt
          text/plain; junk; name=a.txt              | a.txt
          text/plain; name=a.txt (comment)          | a.txt
          text/plain (c;name=x) ; (c) name=a.txt    | a.txt
          text/plain; name=a.txt; name=b.txt        | a.txt
          text/plain; name*=UTF-8''%e2%82%ac.txt    | €.txt
          text/plain; name=e.txt; name*=utf-8''%c3%a9.txt | é.txt
          text/plain; name*=%c3%a9.txt              | é.txt
          text/plain; name*=x-none''%c3%a9.txt      | é.txt
          text/plain; name*1=b; name*0=a; name*2=c  | abc
          text/plain; name*0=a; name*2=c            | ac
          text/plain; name*0*=utf-8''%c3; name*1*=%a9 | é
          text/plain; name*0*=''a%zz; name*1=%41    | a%zz%41
          text/plain; name*99999999999=a            | ~~
          text/plain; name="=?utf-8?q?=C3=A9?=.txt" | é.txt
          text/plain; name=                         | ~~
          """)
  void parameters(String contentType, String name) {
    String found = scan("Content-Type: " + contentType + "\n\n").fileName();
    assertThat(found == null ? "" : found).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          TEXT/HTML                     | text/html
          text / html                   | text/html
          text(c)/(c)html               | text/html
          text                          | text/plain
          text/                         | text/plain
          /html                         | text/plain
          ~~                            | text/plain
          multipart/mixed               | text/plain
          multipart/mixed; boundary=""  | text/plain
          multipart/mixed; boundary=" " | text/plain
          image/svg+xml;charset=utf-8   | image/svg+xml
          message/rfc822                | message/rfc822[text/plain]
          message/global                | message/global[text/plain]
          message/partial               | message/partial
          """)
  void types(String contentType, String shape) {
    assertThat(shape(scan("Content-Type: " + contentType + "\n\nx"))).isEqualTo(shape);
  }

  @Test
  void prefixBoundaries() {
    String message =
        """
        Content-Type: multipart/mixed; boundary=foo

        --foo
        Content-Type: multipart/mixed; boundary="foo bar"

        --foo bar
        Content-Type: multipart/mixed; boundary=foobar

        --foobar

        deepest
        --foob
        --foobar--
        --foo bar--
        --foo

        last
        --foo--
        """;
    Part root = scan(message);
    assertThat(shape(root))
        .isEqualTo("multipart/mixed[multipart/mixed[multipart/mixed[text/plain]] text/plain]");
    assertThat(body(message, root.find(1, 1, 1))).isEqualTo("deepest\n--foob");
    assertThat(body(message, root.find(2))).isEqualTo("last");
  }

  @Test
  void outerBoundaryEndsInnerMultipart() {
    String message =
        """
        Content-Type: multipart/mixed; boundary=out

        --out
        Content-Type: multipart/mixed; boundary=in

        --in

        a
        --out

        b
        --out--
        """;
    Part root = scan(message);
    assertThat(shape(root)).isEqualTo("multipart/mixed[multipart/mixed[text/plain] text/plain]");
    assertThat(body(message, root.find(1, 1))).isEqualTo("a");
    assertThat(body(message, root.find(2))).isEqualTo("b");
  }

  @Test
  void missingClosingBoundary() {
    String message = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\n\nlast\nline\n";
    Part root = scan(message);
    assertThat(body(message, root.find(2))).isEqualTo("last\nline\n");
    assertThat(root.find(2).lines()).isEqualTo(2);
    assertThat(shape(scan("Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\n--b\n")))
        .isEqualTo("multipart/mixed[text/plain]");
    assertThat(shape(scan("Content-Type: multipart/mixed; boundary=b\n\n--b")))
        .isEqualTo("text/plain");
  }

  @Test
  void boundaryLinesAsReallyWritten() {
    String head = "Content-Type: multipart/mixed; boundary=\"b'()+_,-./:=?\"\n\n";
    String boundary = "--b'()+_,-./:=?";
    String message =
        head
            + boundary
            + " \t\n\na\n"
            + boundary
            + "x\n-"
            + boundary
            + "\n"
            + boundary
            + "-- \nend";
    Part root = scan(message);
    assertThat(shape(root)).isEqualTo("multipart/mixed[text/plain]");
    assertThat(body(message, root.find(1))).isEqualTo("a\n" + boundary + "x\n-" + boundary);
  }

  @Test
  void partsWithoutBodyOrHeader() {
    String message =
        """
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/html
        --b

        --b
        --b
        Content-Type: text/html

        --b--
        """;
    Part root = scan(message);
    assertThat(shape(root)).isEqualTo("multipart/mixed[text/html text/plain text/plain text/html]");
    for (Part child : root.children()) {
      assertThat(child.size()).isZero();
      assertThat(child.lines()).isZero();
    }
    byte[] octets = Corpus.message(message);
    Part cut = root.find(1);
    assertThat(Corpus.octets(octets, cut.headerStart(), cut.bodyStart()))
        .isEqualTo("Content-Type: text/html\r\n");
  }

  @Test
  void bareLineFeeds() {
    byte[] octets = "Content-Type: multipart/mixed; boundary=b\n\n--b\n\na\nb\n--b--\n".getBytes();
    Part root = MimeScanner.scan(octets);
    assertThat(Corpus.body(octets, root.find(1))).isEqualTo("a\nb");
    assertThat(root.find(1).lines()).isEqualTo(1);
  }

  @Test
  void bareCarriageReturnsEndNothing() {
    byte[] octets = "A: b\r\rC: d\r\n\r\nx\ry\r\n".getBytes();
    Part root = MimeScanner.scan(octets);
    assertThat(root.headers().all()).hasSize(1);
    assertThat(root.headers().first("a")).isEqualTo("b\r\rC: d");
    assertThat(root.lines()).isEqualTo(1);
  }

  @Test
  void headersWithOffsets() {
    String message = "From \nA: 1\nno field\nb : 2\n 3\nA:4\n:x\nÄ: 5\nlast: 6";
    Headers headers = scan(message).headers();
    byte[] octets = Corpus.message(message);
    StringBuilder seen = new StringBuilder();
    for (Headers.Header h : headers.all()) {
      seen.append(h.name()).append('=').append(h.value()).append('[');
      seen.append(Corpus.octets(octets, h.offset(), h.offset() + h.length())).append(']');
    }
    assertThat(seen.toString().replace("\r\n", "\\"))
        .isEqualTo("A=1[A: 1\\]b=2 3[b : 2\\ 3\\]A=4[A:4\\]last=6[last: 6]");
    assertThat(headers.every("a")).containsExactly("1", "4");
    assertThat(headers.first("B")).isEqualTo("2 3");
    assertThat(headers.first("c")).isNull();
    assertThat(headers.complete()).isTrue();
  }

  @Test
  void headerTextIsUtf8OrLatin1() {
    byte[] utf8 = "A: é\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    assertThat(MimeScanner.scan(utf8).headers().first("A")).isEqualTo("é");
    assertThat(scan("A: é\n\n").headers().first("A")).isEqualTo("é");
  }

  @Test
  void emptyMessages() {
    assertThat(scan("").bodyEnd()).isZero();
    Part part = scan("\n");
    assertThat(part.bodyStart()).isEqualTo(2);
    assertThat(part.headers()).isSameAs(Headers.NONE);
    assertThat(scan("A: b").bodyStart()).isEqualTo(4);
  }

  @Test
  void otherContentFields() {
    Part part =
        scan(
            """
            Content-Type: application/pdf; name=a.pdf
            Content-Disposition: ATTACHMENT; filename=b.pdf
            Content-ID: <1@x>
            Content-Description: =?utf-8?q?=C3=A9?=
            Content-Transfer-Encoding: Base64 (as usual)
            Content-Language: de (German), en-GB
            Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==
            Content-Location:

            x\
            """);
    assertThat(part.disposition()).isEqualTo("attachment");
    assertThat(part.fileName()).isEqualTo("b.pdf");
    assertThat(part.contentId()).isEqualTo("<1@x>");
    assertThat(part.description()).isEqualTo("=?utf-8?q?=C3=A9?=");
    assertThat(part.encoding()).isEqualTo("base64");
    assertThat(part.languages()).containsExactly("de", "en-GB");
    assertThat(part.md5()).isEqualTo("Q2hlY2sgSW50ZWdyaXR5IQ==");
    assertThat(part.location()).isNull();
    assertThat(scan("Content-Disposition: ; filename=x\n\n").disposition()).isEqualTo("attachment");
    assertThat(scan("Content-Transfer-Encoding:\n\n").encoding()).isEqualTo("7bit");
  }
}
