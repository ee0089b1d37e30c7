package org.posthorn.net.sasl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/// A target for fuzzing, and what holds for every input.
public final class SaslTargets {
  private static final byte[] BINDING = {1, 2, 3};
  private static final ScramSecret SECRET =
      new ScramSecret(new byte[16], 4096, new byte[32], new byte[32]);

  private SaslTargets() {}

  /// All mechanisms, old ones first: the order is part of the inputs that are kept.
  static List<Supplier<SaslServer>> all() {
    List<Supplier<SaslServer>> all =
        new ArrayList<>(
            List.of(
                PlainServer::new,
                LoginServer::new,
                () -> new ExternalServer(List.of("ana@example.test"))));
    for (BearerServer.Form form : BearerServer.Form.values()) {
      all.add(() -> new BearerServer(form, new TokenHints("mail", "https://id.example.test")));
    }
    for (ScramHash hash : ScramHash.values()) {
      for (boolean plus : new boolean[] {false, true}) {
        all.add(() ->
            new ScramServer(
                hash,
                plus,
                plus,
                type -> type.equals("tls-exporter") ? BINDING : null,
                () -> "nonce"));
      }
    }
    return all;
  }

  /// The first octet chooses the mechanism; then come the lines of a client. Each is read as base64
  /// and also taken as it is.
  public static void exchange(byte[] input) {
    List<Supplier<SaslServer>> all = all();
    for (boolean encoded : new boolean[] {true, false}) {
      int which = input.length == 0 ? 0 : input[0] & 0xff;
      // Of old there were but two, by the last bit.
      SaslServer server = all.get(which < 0x80 ? which & 1 : which % all.size()).get();
      int at = Math.min(1, input.length);
      for (boolean first = true; at <= input.length; first = false) {
        int end = at;
        while (end < input.length && input[end] != '\n') {
          end++;
        }
        byte[] line = Arrays.copyOfRange(input, at, end);
        at = end + 1;
        if (encoded) {
          SaslLine read = first ? SaslLine.initial(line) : SaslLine.response(line);
          if (!(read instanceof SaslLine.Response response)) {
            break;
          }
          line = response.data();
        }
        if (!goesOn(server, server.step(line))) {
          break;
        }
      }
      assertThat(server.mechanism()).isNotEmpty();
    }
  }

  /// Answers what an exchange asks of us; no junk proves anything.
  private static boolean goesOn(SaslServer server, Step step) {
    return switch (step) {
      case Step.Challenge _ -> true;
      case Step.WantsSecret _ -> goesOn(server, server.secret(SECRET));
      case Step.Claimed c -> {
        if (c.claim() instanceof Claim.Scram s) {
          assertThat(s.proven()).isFalse();
        }
        assertThat(c.claim().authzid()).doesNotContain("\0");
        yield goesOn(server, server.judged(Judgement.Verdict.REFUSED));
      }
      case Step.Over _, Step.Refused _, Step.Malformed _ -> false;
    };
  }
}
