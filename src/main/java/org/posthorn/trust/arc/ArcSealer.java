package org.posthorn.trust.arc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.posthorn.trust.dkim.DkimSigner;
import org.posthorn.trust.dkim.DkimSigner.SigningKey;
import org.posthorn.trust.dkim.FoldedField;
import org.posthorn.trust.dkim.HeaderField;
import org.posthorn.trust.dkim.SignedMessage;

/// Seals messages that are sent on (RFC 8617 §5.1). Any thread.
public final class ArcSealer {
  private final SigningKey key;

  /// @param key of RSA: few check another (RFC 8617 §4.2, "signing algorithm")
  public ArcSealer(SigningKey key) {
    this.key = key;
  }

  /// Three lines to be put before the message. None if there is nothing to go on with: somebody has
  /// declared the chain broken, it has its fifty sets, there is no From, or the header is too long.
  ///
  /// @param message as it leaves, without the lines that are put before it; read to be signed
  /// @param found what we found out: the value of an Authentication-Results field, folded or not
  /// @param chain what we found out of the chain of this message when it came
  public byte[] seal(SignedMessage message, String found, ArcResult.Code chain, Instant now) {
    ArcSet.Chain there = ArcSet.chain(message);
    int instance = there.highest() + 1;
    if (instance > ArcSet.MAX_SETS || isBroken(there)) {
      return new byte[0];
    }
    // §5.1.2: what there is of a chain that has failed is not sealed, only our own set.
    boolean goOn = chain == ArcResult.Code.PASS && there.flaw().isEmpty();
    ArcResult.Code status =
        there.isEmpty() ? ArcResult.Code.NONE : goOn ? ArcResult.Code.PASS : ArcResult.Code.FAIL;
    String i = " i=" + instance + ";";
    String results = "ARC-Authentication-Results:" + i + " " + oneField(found);
    String algorithm = " a=" + key.key().algorithm().word() + ";";
    String head = "ARC-Message-Signature:" + i + algorithm + " c=relaxed/relaxed;";
    byte[] signature =
        DkimSigner.messageSignature(message, head, Set.of("DKIM-Signature"), key, now);
    if (signature == null) {
      return new byte[0];
    }
    List<HeaderField> before = new ArrayList<>();
    if (goOn) {
      there
          .sets()
          .forEach(s -> {
            before.add(s.results());
            before.add(s.message().field());
            before.add(s.seal().field());
          });
    }
    before.add(HeaderField.of(results));
    before.add(HeaderField.of(new String(signature, StandardCharsets.UTF_8)));
    FoldedField seal =
        new FoldedField("ARC-Seal:" + i + algorithm)
            .word("t=" + now.getEpochSecond() + ";")
            .word("cv=" + status.word() + ";")
            .word("d=" + key.domain() + ";")
            .word("s=" + key.selector() + ";");
    ByteArrayOutputStream lines = new ByteArrayOutputStream(2048);
    lines.writeBytes(DkimSigner.seal(seal, before, key));
    lines.writeBytes(signature);
    lines.writeBytes((results + "\r\n").getBytes(StandardCharsets.UTF_8));
    return lines.toByteArray();
  }

  /// RFC 8617 §5.1, step 2.
  private static boolean isBroken(ArcSet.Chain there) {
    return !there.sets().isEmpty()
        && there.sets().getLast().seal().tags().has("cv")
        && there.sets().getLast().seal().tags().get("cv").equalsIgnoreCase("fail");
  }

  /// Whatever it says, it is one field.
  private static String oneField(String found) {
    return found.strip().replaceAll("\\s*[\\r\\n]+\\s*", "\r\n ");
  }
}
