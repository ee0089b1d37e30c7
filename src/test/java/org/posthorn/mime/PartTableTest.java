package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartTableTest {
  /// All that a table keeps of a part.
  private static String kept(Part p, boolean root) {
    StringBuilder out = new StringBuilder();
    out.append(p.type()).append('/').append(p.subtype()).append(' ').append(p.encoding());
    String charset = p.parameter("charset");
    charset = charset == null || charset.length() > 64 ? null : charset;
    out.append(' ').append(charset == null ? null : charset.toLowerCase(java.util.Locale.ROOT));
    String disposition = p.disposition();
    boolean inline = disposition == null || disposition.equals("inline");
    out.append(' ').append(inline ? disposition : "attachment");
    out.append(' ').append(List.of(p.headerStart(), p.bodyStart(), p.bodyEnd(), p.lines()));
    if (root) {
      for (Headers.Header h : p.headers().all()) {
        out.append('\n')
            .append(h.name())
            .append(' ')
            .append(h.offset())
            .append(' ')
            .append(h.length());
      }
      out.append('\n').append(p.headers().complete());
    }
    for (Part child : p.children()) {
      out.append("\n(").append(kept(child, false)).append(")");
    }
    return out.toString();
  }

  @Test
  void theCorpusComesBack() {
    long parts = 0;
    long octets = 0;
    for (Corpus.Mail mail : Corpus.mails()) {
      Part root = MimeScanner.scan(mail.octets());
      byte[] table = PartTable.encode(root);
      Part back = PartTable.decode(table);
      if (root.headers().size() <= PartTable.MAX_INDEXED) {
        assertThat(kept(back, true)).as(mail.name()).isEqualTo(kept(root, true));
      } else {
        assertThat(kept(back, false)).as(mail.name()).isEqualTo(kept(root, false));
        assertThat(back.headers().complete()).isFalse();
      }
      assertThat(back.headers().first("From")).isNull();
      assertThat(table[0]).isEqualTo((byte) 1);
      parts++;
      octets += table.length;
    }
    assertThat(octets / parts).as("octets of a table on average").isLessThan(200);
  }

  @Test
  void behindTraceFields() {
    byte[] head = Corpus.message("Return-Path: <a@x>\nReceived: here\n");
    for (Corpus.Mail mail : Corpus.mails()) {
      if (mail.octets().length > 0 && " \t".indexOf(mail.octets()[0]) >= 0) {
        continue; // its first line would continue the last of ours
      }
      byte[] whole = Arrays.copyOf(head, head.length + mail.octets().length);
      System.arraycopy(mail.octets(), 0, whole, head.length, mail.octets().length);
      Part alone = MimeScanner.scan(mail.octets());
      Part moved = PartTable.decode(PartTable.encode(alone)).behind(head.length);
      assertThat(kept(moved, false))
          .as(mail.name())
          .isEqualTo(kept(MimeScanner.scan(whole), false));
      for (Headers.Header h : moved.headers().all()) {
        assertThat(Corpus.octets(whole, h.offset(), h.offset() + h.length())).startsWith(h.name());
      }
      assertThat(moved.headers().complete()).isFalse();
      assertThat(alone.behind(0)).isSameAs(alone);
    }
  }

  @Test
  void sizeIsBounded() {
    StringBuilder message = new StringBuilder("Content-Type: multipart/mixed; boundary=b\n");
    for (int i = 0; i < 2_000; i++) {
      message.append("a".repeat(100)).append(i).append(": x\n");
    }
    message.append("\n");
    for (int i = 0; i < 2_000; i++) {
      message
          .append("--b\nContent-Type: ")
          .append("t".repeat(60))
          .append("/")
          .append("s".repeat(60));
      message.append(";charset=").append("c".repeat(60)).append("\n\nx\n");
    }
    Part root = MimeScanner.scan(Corpus.message(message.toString()));
    byte[] table = PartTable.encode(root);
    assertThat(table.length).isLessThanOrEqualTo(PartTable.MAX_TABLE);
    Part back = PartTable.decode(table);
    assertThat(back.children()).hasSameSizeAs(root.children());
    assertThat(back.find(7).bodyEnd()).isEqualTo(root.find(7).bodyEnd());
  }

  @Test
  void damageIsNoticedOrHarmless() {
    byte[] table = PartTable.encode(MimeScanner.scan(Corpus.mails().getFirst().octets()));
    Random random = new Random(1);
    List<byte[]> damaged = new ArrayList<>();
    for (int length = 0; length < table.length; length++) {
      damaged.add(Arrays.copyOf(table, length));
    }
    for (int i = 0; i < 5_000; i++) {
      byte[] b = table.clone();
      b[random.nextInt(b.length)] = (byte) random.nextInt();
      damaged.add(b);
    }
    for (byte[] b : damaged) {
      try {
        assertThat(PartTable.decode(b)).isNotNull();
      } catch (IllegalArgumentException e) {
        assertThat(e)
            .hasMessageMatching("(damaged )?part table.*|offsets out of order.*|.*header.*");
      }
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PartTable.decode(new byte[] {2, 0}))
        .withMessage("part table of version 2");
  }
}
