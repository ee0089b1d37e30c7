package org.posthorn.mime;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The mails of `src/test/resources/corpus`, with CRLF at every line end.
public final class Corpus {
  public record Mail(String name, byte[] octets) {
    @Override
    public String toString() {
      return name;
    }
  }

  private Corpus() {}

  public static List<Mail> mails() {
    try {
      Path folder = Path.of(Corpus.class.getResource("/corpus/MANIFEST.tsv").toURI()).getParent();
      List<Mail> mails = new ArrayList<>();
      List<String> rows = Files.readAllLines(folder.resolve("MANIFEST.tsv"));
      for (String row : rows.subList(1, rows.size())) {
        String name = row.substring(0, row.indexOf('\t'));
        mails.add(new Mail(name, crlf(Files.readAllBytes(folder.resolve(name)))));
      }
      return mails;
    } catch (IOException | URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] crlf(byte[] b) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(b.length + b.length / 32);
    for (int i = 0; i < b.length; i++) {
      if (b[i] == '\n' && (i == 0 || b[i - 1] != '\r')) {
        out.write('\r');
      }
      out.write(b[i]);
    }
    return out.toByteArray();
  }

  /// A message written with `\n`, as CRLF octets.
  static byte[] message(String text) {
    return text.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  static String octets(byte[] b, long from, long to) {
    return new String(b, (int) from, (int) (to - from), StandardCharsets.ISO_8859_1);
  }

  static String body(byte[] message, Part part) {
    return octets(message, part.bodyStart(), part.bodyEnd());
  }

  /// Gives at most `step` octets a read.
  static InputStream trickle(byte[] b, int step) {
    return new ByteArrayInputStream(b) {
      @Override
      public int read(byte[] to, int off, int len) {
        return super.read(to, off, Math.min(len, step));
      }
    };
  }
}
