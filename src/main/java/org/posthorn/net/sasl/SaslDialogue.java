package org.posthorn.net.sasl;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Holds an exchange over a protocol of lines, to its end: challenges and responses in base64, an
/// initial response, `*` to give up. What SMTP (RFC 4954 §4), IMAP (RFC 9051 §6.2.2) and POP3 (RFC
/// 5034 §4) have in common; each has its own words for how it ended.
public final class SaslDialogue {
  /// No mechanism has more steps than this.
  private static final int STEPS_MAX = 8;

  /// The client, as the protocol reaches it.
  public interface Client {
    /// Sends a challenge, which is base64 already, and gives the line that answers it without its
    /// line end; null at the end of the stream.
    byte[] ask(String challenge) throws IOException;
  }

  /// How an exchange ended.
  public sealed interface End {
    /// The client has said everything.
    record Said(Step.Credentials credentials) implements End {}

    /// The client gave up.
    record Cancelled() implements End {}

    /// The client broke the rules of base64 or of the mechanism.
    record Malformed(String reason) implements End {}
  }

  private SaslDialogue() {}

  /// @param initial the initial response as it was written, null if there was none
  public static End hold(SaslServer exchange, String initial, Client client) throws IOException {
    SaslLine line = null;
    if (initial != null) {
      line = SaslLine.initial(initial.getBytes(StandardCharsets.ISO_8859_1));
    }
    for (int i = 0; i < STEPS_MAX; i++) {
      Step step;
      switch (line) {
        case null -> step = exchange.start();
        case SaslLine.Response r -> step = exchange.step(r.data());
        case SaslLine.Cancelled _ -> {
          return new End.Cancelled();
        }
        case SaslLine.Malformed m -> {
          return new End.Malformed(m.reason());
        }
      }
      switch (step) {
        case Step.Credentials c -> {
          return new End.Said(c);
        }
        case Step.Malformed m -> {
          return new End.Malformed(m.reason());
        }
        case Step.Challenge c -> {
          byte[] answer = client.ask(SaslLine.encode(c.data()));
          if (answer == null) {
            throw new EOFException("end of stream within a SASL exchange");
          }
          line = SaslLine.response(answer);
        }
      }
    }
    return new End.Malformed("too many steps");
  }
}
