package org.posthorn.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import org.posthorn.directory.DirectoryException.Reason;
import org.posthorn.store.kv.Row;

/// A key by which mail of a domain is signed, its row `k/<selector>`.
///
/// @param selector its name in the DNS, as `ed20261130`: a label in lower case
/// @param algorithm what it is for, a word in lower case
/// @param secret the private key, PKCS #8; empty once it is forgotten
/// @param made when
/// @param since when it came into its state
public record SigningKey(
    String selector, String algorithm, byte[] secret, State state, Instant made, Instant since) {

  /// From the first day to the last.
  public enum State {
    /// The world does not know it yet.
    NEW(1),
    /// It signs.
    ACTIVE(2),
    /// It signs no more; what it has signed may still be under way.
    RETIRED(3),
    /// The private key is gone; only the name is left, until the DNS has it no more.
    FORGOTTEN(4);

    private final int code;

    State(int code) {
      this.code = code;
    }

    private static State of(int code) {
      for (State s : values()) {
        if (s.code == code) return s;
      }
      throw RowText.Reader.damaged("signing key in state " + code);
    }
  }

  static final byte[] ROWS_FROM = {'k', '/'};
  static final byte[] ROWS_TO = {'k', '/' + 1};

  private static final int FORMAT = 1;

  /// RFC 1035 §2.3.4.
  private static final int LABEL_MAX = 63;

  public SigningKey {
    if (selector.length() > LABEL_MAX || !selector.matches("[a-z0-9]([a-z0-9-]*[a-z0-9])?")) {
      throw new DirectoryException(Reason.INVALID, "not a selector: " + selector);
    }
    if (secret.length == 0 != (state == State.FORGOTTEN)) {
      throw new IllegalArgumentException("a key " + state + " of " + secret.length + " octets");
    }
  }

  /// The same in another state.
  public SigningKey now(State other, Instant at) {
    byte[] left = other == State.FORGOTTEN ? new byte[0] : secret;
    return new SigningKey(selector, algorithm, left, other, made, at);
  }

  byte[] key() {
    return key(selector);
  }

  static byte[] key(String selector) {
    return ("k/" + selector).getBytes(UTF_8);
  }

  byte[] encode() {
    return new RowText.Writer(FORMAT)
        .u8(state.code)
        .text(algorithm)
        .bytes(secret)
        .u64(made.toEpochMilli())
        .u64(since.toEpochMilli())
        .done();
  }

  static SigningKey decode(Row row) {
    int from = ROWS_FROM.length;
    String selector = new String(row.key(), from, row.key().length - from, UTF_8);
    RowText.Reader r = new RowText.Reader(row.value(), FORMAT);
    State state = State.of(r.u8());
    String algorithm = r.text();
    byte[] secret = r.bytes();
    Instant made = Instant.ofEpochMilli(r.u64());
    Instant since = Instant.ofEpochMilli(r.u64());
    try {
      return new SigningKey(selector, algorithm, secret, state, made, since);
    } catch (IllegalArgumentException | DirectoryException e) {
      throw RowText.Reader.damaged(e.getMessage());
    }
  }

  /// Without the secret.
  @Override
  public String toString() {
    return selector + " " + algorithm + " " + state;
  }
}
