package org.posthorn.net.sasl;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Holds an exchange over a protocol of lines, to its end: challenges and responses in base64, an
/// initial response, `*` to give up. What SMTP (RFC 4954 §4), IMAP (RFC 9051 §6.2.2) and POP3 (RFC
/// 5034 §4) have in common; each has its own words for how it ended. None of them can say more with
/// its success, so what a mechanism adds to that is a challenge, answered by an empty response.
public final class SaslDialogue {
  /// No mechanism has more steps than this.
  private static final int STEPS_MAX = 12;

  /// The client, as the protocol reaches it.
  public interface Client {
    /// Sends a challenge, which is base64 already, and gives the line that answers it without its
    /// line end; null at the end of the stream.
    byte[] ask(String challenge) throws IOException;
  }

  /// How an exchange ended.
  public sealed interface End<J> {
    /// The client has said everything, and it was judged.
    record Judged<J>(Claim claim, J judgement) implements End<J> {}

    /// The client gave up.
    record Cancelled<J>() implements End<J> {}

    /// The client may not log in like this, whoever it is.
    record Refused<J>(String reason) implements End<J> {}

    /// The client broke the rules of base64 or of the mechanism.
    record Malformed<J>(String reason) implements End<J> {}
  }

  private SaslDialogue() {}

  /// @param initial the initial response as it was written, null if there was none
  public static <J extends Judgement> End<J> hold(
      SaslServer exchange, String initial, Judge<J> judge, Client client) throws IOException {
    Step step =
        initial == null
            ? exchange.start()
            : next(exchange, SaslLine.initial(initial.getBytes(StandardCharsets.ISO_8859_1)));
    End<J> judged = null;
    for (int i = 0; i < STEPS_MAX; i++) {
      switch (step) {
        case null -> {
          return new End.Cancelled<>();
        }
        case Step.Challenge c -> {
          byte[] answer = client.ask(SaslLine.encode(c.data()));
          if (answer == null) {
            throw new EOFException("end of stream within a SASL exchange");
          }
          step = next(exchange, SaslLine.response(answer));
        }
        case Step.WantsSecret w -> step = exchange.secret(judge.secret(w.hash(), w.name()));
        case Step.Claimed c -> {
          J judgement = judge.judge(c.claim());
          judged = new End.Judged<>(c.claim(), judgement);
          step = exchange.judged(judgement.verdict());
        }
        case Step.Over _ -> {
          return judged;
        }
        case Step.Refused r -> {
          return new End.Refused<>(r.reason());
        }
        case Step.Malformed m -> {
          return new End.Malformed<>(m.reason());
        }
      }
    }
    return new End.Malformed<>("too many steps");
  }

  /// Null if the client gives up.
  private static Step next(SaslServer exchange, SaslLine line) {
    return switch (line) {
      case SaslLine.Response r -> exchange.step(r.data());
      case SaslLine.Cancelled _ -> null;
      case SaslLine.Malformed m -> new Step.Malformed(m.reason());
    };
  }
}
