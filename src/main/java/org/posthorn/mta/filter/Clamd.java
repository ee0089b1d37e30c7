package org.posthorn.mta.filter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.posthorn.net.Dialer;
import org.posthorn.net.Input;
import org.posthorn.net.Outgoing;
import org.posthorn.net.Output;
import org.posthorn.smtp.Reply;

/// ClamAV's daemon, given the whole message by INSTREAM (clamd(8)).
///
/// What it finds is refused. A message larger than it takes passes without having been looked at,
/// and its reason says so: it will not be smaller the next time.
public final class Clamd implements OutsideJudge {
  /// Octets of an answer.
  static final int ANSWER_MAX = 2048;

  /// Octets in one chunk.
  static final int CHUNK = 32 * 1024;

  private static final byte[] COMMAND = "zINSTREAM\0".getBytes(StandardCharsets.US_ASCII);

  private final Terms terms;
  private final Line line;

  /// @param to an address of the Internet or of a Unix-domain socket
  public Clamd(Terms terms, Dialer dialer, SocketAddress to) {
    this.terms = terms;
    this.line = new Line(dialer, to);
  }

  /// What it says of a message.
  sealed interface Answer {
    record Clean() implements Answer {}

    /// @param name of what it has found
    record Found(String name) implements Answer {}

    /// Larger than its `StreamMaxLength`.
    record TooLarge() implements Answer {}
  }

  @Override
  public Terms terms() {
    return terms;
  }

  @Override
  public OutsideVerdict judge(Letter letter, Duration within) throws IOException {
    Finding finding = new Finding();
    switch (ask(letter, within)) {
      case Answer.Clean _ -> {}
      case Answer.Found f -> {
        String words = "Malware was found in the message: " + f.name();
        finding.reject(Reply.of(554, "5.7.1", words), "found " + f.name());
      }
      case Answer.TooLarge _ -> finding.reason("not looked at, the message is too large for it");
    }
    return finding.verdict(terms.name());
  }

  private Answer ask(Letter letter, Duration within) throws IOException {
    try (Outgoing connection = line.open(within)) {
      try {
        IOException broken = send(letter, connection.out());
        return answer(connection.in(), broken);
      } finally {
        connection.cut();
      }
    }
  }

  /// Null if it took everything: it may close before that, and then has said why.
  private static IOException send(Letter letter, Output out) throws IOException {
    byte[] chunk = new byte[CHUNK];
    try (InputStream octets = letter.octets().open()) {
      out.bytes(COMMAND);
      int n;
      do {
        n = octets.readNBytes(chunk, 0, CHUNK);
        out.bytes(MilterWire.numbers(n));
        out.write(chunk, 0, n);
      } while (n > 0);
      out.flush();
      return null;
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      return e;
    }
  }

  private static Answer answer(Input in, IOException broken) throws IOException {
    try {
      return read(in);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (IOException e) {
      throw broken == null ? e : broken;
    }
  }

  /// Reads an answer, up to its NUL or the end of the stream.
  static Answer read(Input in) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int c = in.read(); c > 0; c = in.read()) {
      if (text.size() == ANSWER_MAX) {
        throw new ProtocolException("an answer without end");
      }
      text.write(c);
    }
    return parse(text.toString(StandardCharsets.UTF_8));
  }

  /// @throws ProtocolException when it is no answer, or tells of a failure
  static Answer parse(String text) throws ProtocolException {
    String line = text.strip();
    if (line.equals("stream: OK")) {
      return new Answer.Clean();
    }
    if (line.startsWith("stream: ") && line.endsWith(" FOUND")) {
      String name = line.substring("stream: ".length(), line.length() - " FOUND".length());
      return new Answer.Found(FieldText.printable(name, 100));
    }
    if (line.startsWith("INSTREAM size limit exceeded")) {
      return new Answer.TooLarge();
    }
    throw new ProtocolException(
        line.isEmpty() ? "closed without an answer" : "says: " + FieldText.printable(line, 150));
  }
}
