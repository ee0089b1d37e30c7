package org.posthorn.imap.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What people type into Gmail.
class GmailQueryTest {
  /// A tree in few letters.
  private static String print(SearchKey k) {
    return switch (k) {
      case SearchKey.And a -> "&" + a.keys().stream().map(GmailQueryTest::print).toList();
      case SearchKey.Or o -> "(" + print(o.left()) + "|" + print(o.right()) + ")";
      case SearchKey.Not n -> "!" + print(n.key());
      case SearchKey.Header h -> h.name() + "=" + h.text();
      case SearchKey.Text t -> t.text();
      case SearchKey.Label l -> "label=" + l.name();
      case SearchKey.Flag f -> f.flag();
      case SearchKey.Attachment a -> "file=" + a.name();
      case SearchKey.Age a -> (a.older() ? "older=" : "newer=") + a.seconds();
      case SearchKey.Day d -> d.from() + ".." + d.before();
      case SearchKey.Size s -> (s.larger() ? ">" : "<") + s.than();
      default -> k.toString();
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          lunch                       ; lunch
          lunch friday                ; &[lunch, friday]
          "lunch on friday" x         ; &[lunch on friday, x]
          from:amy                    ; FROM=amy
          From:"Amy Lee"              ; FROM=Amy Lee
          to:me                       ; ((TO=me|CC=me)|BCC=me)
          subject:(dinner movie)      ; &[SUBJECT=dinner, SUBJECT=movie]
          subject:{dinner movie}      ; (SUBJECT=dinner|SUBJECT=movie)
          from:amy OR from:david      ; (FROM=amy|FROM=david)
          {from:amy from:david}       ; (FROM=amy|FROM=david)
          a b OR c d                  ; &[a, (b|c), d]
          a AND b                     ; &[a, b]
          a | b                       ; (a|b)
          -movie dinner               ; &[!movie, dinner]
          -(a b)                      ; !&[a, b]
          from:(a OR -b)              ; (FROM=a|!FROM=b)
          has:attachment filename:pdf ; &[file=, file=pdf]
          label:friends in:inbox      ; &[label=friends, label=inbox]
          in:anywhere movie           ; &[&[], movie]
          is:unread is:read is:starred; &[!\\Seen, \\Seen, \\Flagged]
          is:important                ; label=\\Important
          older_than:1y newer_than:2d ; &[older=31536000, newer=172800]
          after:2004/04/16            ; 2004-04-16..null
          before:04-18-2004           ; null..2004-04-18
          larger:10M size:1000        ; &[>10485760, >1000]
          smaller:5k                  ; <5120
          rfc822msgid:<a@b>           ; Message-ID=<a@b>
          +unicorn                    ; unicorn
          list:info@example.com       ; List-ID=info@example.com
          """)
  void means(String query, String key) {
    assertThat(print(GmailQuery.parse(query))).isEqualTo(key);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          foo:bar          ; foo:bar
          has:nothing      ; has:nothing
          is:nothing       ; is:nothing
          older_than:x     ; older_than:x
          older_than:0d    ; older_than:0d
          after:2004/13/01 ; after:2004/13/01
          after:x          ; after:x
          larger:x         ; larger:x
          larger:99999999999999 ; larger:99999999999999
          http://a.b       ; http://a.b
          from:            ; from:
          -                ; -
          OR               ; &[]
          OR a             ; a
          a OR             ; a
          a)b              ; &[a, b]
          (a               ; a
          "a               ; a
          ()               ; &[]
          """)
  void nothingIsWrong(String query, String key) {
    assertThat(print(GmailQuery.parse(query))).isEqualTo(key);
  }

  @Test
  void limits() {
    assertThat(GmailQuery.parse("a ".repeat(200))).isInstanceOf(SearchKey.And.class);
    assertThatThrownBy(() -> GmailQuery.parse("a ".repeat(201))).hasMessage("Too many terms");
    assertThatThrownBy(() -> GmailQuery.parse("(".repeat(100_000))).hasMessage("Nested too deeply");
    assertThat(print(GmailQuery.parse(")".repeat(100_000)))).startsWith("&[&[]");
  }
}
