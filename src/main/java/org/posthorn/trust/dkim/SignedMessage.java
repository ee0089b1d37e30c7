package org.posthorn.trust.dkim;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.posthorn.mime.BinaryRewrite.Source;

/// A message as signatures see it: the fields of its header, and hashes of its body. Read once,
/// front to back, for all signatures together; the body is not kept.
public final class SignedMessage {
  /// A longer header is not looked at.
  static final int MAX_HEAD = 512 * 1024;

  /// Nor is one with more fields.
  private static final int MAX_FIELDS = 2_000;

  /// More fields of one name are not looked at for a canonicalization of the body.
  static final int MAX_SIGNATURES = 100;

  private static final int PIECE = 8 * 1024;

  private byte[] head = new byte[PIECE];
  private int filled;
  private final List<HeaderField> fields = new ArrayList<>();
  private final Map<String, List<HeaderField>> byName = new HashMap<>();
  private final Map<Canonicalization, BodyHash> bodies = new EnumMap<>(Canonicalization.class);
  private String flaw = "";
  private boolean complete = true;

  private SignedMessage() {}

  /// With what is needed to check the signatures in it. The body is read only if there are any.
  public static SignedMessage read(Source source) throws IOException {
    try (InputStream in = source.open()) {
      SignedMessage m = new SignedMessage();
      int body = m.readHead(in);
      m.readBody(in, body, m.asked());
      return m;
    }
  }

  /// The same for a message in memory.
  public static SignedMessage read(byte[] message) {
    return inMemory(() -> read(() -> new ByteArrayInputStream(message)));
  }

  /// With what is needed to check it and to sign it.
  public static SignedMessage readToSign(Source source) throws IOException {
    try (InputStream in = source.open()) {
      SignedMessage m = new SignedMessage();
      int body = m.readHead(in);
      Set<Canonicalization> asked = m.asked();
      asked.add(Canonicalization.RELAXED);
      m.readBody(in, body, asked);
      return m;
    }
  }

  /// The same for a message in memory.
  public static SignedMessage readToSign(byte[] message) {
    return inMemory(() -> readToSign(() -> new ByteArrayInputStream(message)));
  }

  private interface Reading {
    SignedMessage read() throws IOException;
  }

  private static SignedMessage inMemory(Reading reading) {
    try {
      return reading.read();
    } catch (IOException e) {
      throw new IllegalStateException(e); // arrays do not fail
    }
  }

  /// From the top down.
  public List<HeaderField> fields() {
    return fields;
  }

  /// From the top down.
  ///
  /// @param name in lower case
  public List<HeaderField> fields(String name) {
    return byName.getOrDefault(name, List.of());
  }

  /// What is wrong with the header as a whole, so that people and programs might see another than
  /// the one that is signed; "" if nothing is.
  public String flaw() {
    return flaw;
  }

  /// False if the header is too long to be looked at: there is no body then, and of the fields only
  /// signatures that have been seen.
  public boolean complete() {
    return complete;
  }

  /// Null if nothing has asked for it.
  BodyHash body(Canonicalization c) {
    return bodies.get(c);
  }

  /// Which the signatures in the header name.
  private Set<Canonicalization> asked() {
    Set<Canonicalization> asked = EnumSet.noneOf(Canonicalization.class);
    for (String name : List.of(DkimVerifier.FIELD, "arc-message-signature")) {
      List<HeaderField> signatures = fields(name);
      for (HeaderField f : signatures.subList(0, Math.min(signatures.size(), MAX_SIGNATURES))) {
        TagList tags = TagList.parse(f.value());
        Canonicalization c = tags == null ? null : Claim.canonicalizations(tags.get("c"))[1];
        if (c != null) {
          asked.add(c);
        }
      }
    }
    return asked;
  }

  /// Gives the place where the body begins in what was read of it already.
  private int readHead(InputStream in) throws IOException {
    int line = 0;
    int field = 0;
    int looked = 0;
    while (true) {
      int lf = indexOfLf(looked);
      if (lf < 0) {
        looked = filled;
        if (filled > MAX_HEAD) {
          return tooLong();
        }
        if (more(in)) {
          continue;
        }
        lf = filled - 1; // the last line has no end
        if (lf < line) {
          add(field, filled);
          return filled;
        }
      }
      looked = lf + 1;
      boolean blank = head[line] == '\n' || head[line] == '\r' && lf == line + 1;
      if (blank || line > field && !HeaderField.isWhite(head[line])) {
        add(field, line);
        field = line;
        if (fields.size() > MAX_FIELDS) {
          return tooLong();
        }
      }
      if (blank) {
        return lf + 1;
      }
      line = lf + 1;
    }
  }

  private int tooLong() {
    fields.removeIf(f -> !f.name().equals(DkimVerifier.FIELD));
    byName.keySet().retainAll(Set.of(DkimVerifier.FIELD));
    complete = false;
    flaw = "the header is too long";
    return filled;
  }

  private int indexOfLf(int from) {
    for (int i = from; i < filled; i++) {
      if (head[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private boolean more(InputStream in) throws IOException {
    if (filled == head.length) {
      head = Arrays.copyOf(head, 2 * filled);
    }
    int n = in.read(head, filled, head.length - filled);
    filled += Math.max(n, 0);
    return n >= 0;
  }

  private void add(int from, int to) {
    if (from == to) {
      return;
    }
    for (int i = from; i < to; i++) {
      boolean lone =
          head[i] == '\n' && (i == 0 || head[i - 1] != '\r')
              || head[i] == '\r' && (i + 1 == to || head[i + 1] != '\n');
      if (lone) {
        flaw = "lines of the header end with CR or LF alone";
      }
    }
    HeaderField field = HeaderField.of(head, from, to);
    if (field == null) {
      flaw = "a line of the header is no field";
      return;
    }
    fields.add(field);
    byName.computeIfAbsent(field.name(), n -> new ArrayList<>()).add(field);
  }

  private void readBody(InputStream in, int from, Set<Canonicalization> asked) throws IOException {
    if (asked.isEmpty() || !complete()) {
      return;
    }
    Map<Canonicalization, BodyHasher> hashers = new EnumMap<>(Canonicalization.class);
    for (Canonicalization c : asked) {
      hashers.put(c, new BodyHasher(c));
    }
    hashers.values().forEach(h -> h.update(head, from, filled));
    byte[] piece = new byte[PIECE];
    for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
      int read = n;
      hashers.values().forEach(h -> h.update(piece, 0, read));
    }
    hashers.forEach((c, h) -> bodies.put(c, h.finish()));
  }
}
