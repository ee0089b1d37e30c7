package org.posthorn.net.sasl;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// SCRAM, RFC 5802 and RFC 7677, with and without channel binding.
///
/// Two messages of the client, each checked against the grammar; a wrong binding, a wrong nonce and
/// a wrong proof are all told as a claim that is not proven, so that guesses with any of them count
/// as failed logins. After an accepted claim the server shows that it knows the password too, and
/// the client confirms with an empty response.
final class ScramServer implements SaslServer {
  /// Characters of a client's nonce.
  static final int NONCE_MAX = 256;

  /// Octets of either message of a client.
  static final int MESSAGE_MAX = 4096;

  private static final byte[] EMPTY = {};

  private enum State {
    FIRST,
    SECRET,
    FINAL,
    JUDGED,
    CONFIRM,
    OVER
  }

  private final ScramHash hash;
  private final boolean plus;
  private final boolean plusOffered;
  private final ChannelBinding channel;
  private final Supplier<String> nonces;

  private State state = State.FIRST;

  // From the first message.
  private String header;
  private Gs2Header gs2;
  private String firstBare;
  private String name;
  private String clientNonce;

  // From our answer to it.
  private ScramSecret secret;
  private String nonce;
  private String serverFirst;

  // For our last word.
  private byte[] signature;

  /// @param plus whether the client chose the mechanism with channel binding
  /// @param plusOffered whether it could have
  /// @param nonces printable ASCII without commas, never the same twice
  ScramServer(
      ScramHash hash,
      boolean plus,
      boolean plusOffered,
      ChannelBinding channel,
      Supplier<String> nonces) {
    this.hash = hash;
    this.plus = plus;
    this.plusOffered = plusOffered;
    this.channel = channel;
    this.nonces = nonces;
  }

  @Override
  public String mechanism() {
    return hash.mechanism + (plus ? "-PLUS" : "");
  }

  @Override
  public Step start() {
    return new Step.Challenge(EMPTY); // RFC 5802 §5: the client speaks first
  }

  @Override
  public Step step(byte[] response) {
    return switch (state) {
      case FIRST -> first(response);
      case FINAL -> last(response);
      case CONFIRM -> {
        state = State.OVER;
        yield response.length == 0 ? new Step.Over() : malformed("expected an empty response");
      }
      case SECRET, JUDGED, OVER -> malformed("the exchange is over");
    };
  }

  private Step malformed(String reason) {
    state = State.OVER;
    return new Step.Malformed(reason);
  }

  private Step refused(String reason) {
    state = State.OVER;
    return new Step.Refused(reason);
  }

  /// client-first-message
  private Step first(byte[] response) {
    String message = response.length > MESSAGE_MAX ? null : Field.utf8(response);
    gs2 = message == null ? null : Gs2Header.read(message);
    if (gs2 == null) {
      return malformed("no GS2 header");
    }
    Step wrong = wrongBinding();
    if (wrong != null) {
      return wrong;
    }
    header = message.substring(0, gs2.length());
    firstBare = message.substring(gs2.length());
    String[] attributes = firstBare.split(",", -1);
    if (attributes[0].startsWith("m=")) {
      return malformed("an extension that is not known"); // RFC 5802 §5.1
    }
    if (attributes.length < 2
        || !attributes[0].startsWith("n=")
        || !attributes[1].startsWith("r=")
        || !extensions(attributes, 2, attributes.length)) {
      return malformed("expected a name and a nonce");
    }
    name = Gs2Header.name(attributes[0].substring(2));
    clientNonce = attributes[1].substring(2);
    if (name == null || name.length() > FIELD_MAX || gs2.authzid().length() > FIELD_MAX) {
      return malformed("not a name");
    }
    if (!isNonce(clientNonce) || clientNonce.length() > NONCE_MAX) {
      return malformed("not a nonce, or too long");
    }
    state = State.SECRET;
    return new Step.WantsSecret(hash, name);
  }

  /// RFC 5802 §6: what the client says of channel binding must fit what it was offered.
  private Step wrongBinding() {
    return switch (gs2.flag()) {
      case 'p' -> {
        if (!plus) {
          yield refused("channel binding with a mechanism that has none");
        }
        yield channel.data(gs2.binding()) == null ? refused("binding type not supported") : null;
      }
      // The client thinks we have none. Somebody cut it out of what we offered.
      case 'y' -> plus || plusOffered ? refused("we do support channel binding") : null;
      default -> plus ? refused("the mechanism needs channel binding") : null;
    };
  }

  /// server-first-message
  @Override
  public Step secret(ScramSecret known) {
    if (state != State.SECRET) {
      throw new IllegalStateException("state: " + state);
    }
    secret = known;
    nonce = clientNonce + nonces.get();
    serverFirst =
        "r="
            + nonce
            + ",s="
            + Base64.getEncoder().encodeToString(known.salt())
            + ",i="
            + known.iterations();
    state = State.FINAL;
    return new Step.Challenge(serverFirst.getBytes(US_ASCII));
  }

  /// client-final-message
  private Step last(byte[] response) {
    String message = response.length > MESSAGE_MAX ? null : Field.utf8(response);
    int at = message == null ? -1 : message.lastIndexOf(",p=");
    if (at < 0) {
      return malformed("expected a proof at the end");
    }
    String withoutProof = message.substring(0, at);
    String[] attributes = withoutProof.split(",", -1);
    byte[] proof = base64(message.substring(at + 3));
    if (attributes.length < 2
        || !attributes[0].startsWith("c=")
        || !attributes[1].startsWith("r=")
        || !extensions(attributes, 2, attributes.length)
        || proof == null) {
      return malformed("expected binding, nonce and proof");
    }
    byte[] bound = base64(attributes[0].substring(2));
    if (bound == null) {
      return malformed("binding is not base64");
    }
    // All three, whatever the others say.
    boolean sameChannel = MessageDigest.isEqual(bound, expectedBinding());
    boolean sameNonce =
        MessageDigest.isEqual(attributes[1].substring(2).getBytes(UTF_8), nonce.getBytes(UTF_8));
    boolean knows = check(firstBare + "," + serverFirst + "," + withoutProof, proof);
    state = State.JUDGED;
    return new Step.Claimed(
        new Claim.Scram(gs2.authzid(), name, hash, secret, sameChannel & sameNonce & knows));
  }

  /// cbind-input
  private byte[] expectedBinding() {
    var b = new ByteArrayOutputStream();
    b.writeBytes(header.getBytes(UTF_8));
    if (gs2.flag() == 'p') {
      byte[] data = channel.data(gs2.binding());
      b.writeBytes(data == null ? EMPTY : data);
    }
    return b.toByteArray();
  }

  /// RFC 5802 §3: checks the client's proof, and makes the server's.
  private boolean check(String auth, byte[] proof) {
    byte[] said = auth.getBytes(UTF_8);
    try {
      signature = hmac(secret.serverKey(), said);
      byte[] key = hmac(secret.storedKey(), said);
      if (proof.length != key.length) {
        return false;
      }
      for (int i = 0; i < key.length; i++) {
        key[i] ^= proof[i];
      }
      byte[] stored = MessageDigest.getInstance(hash.digest).digest(key);
      return MessageDigest.isEqual(stored, secret.storedKey());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks " + hash.mac, e);
    }
  }

  private byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance(hash.mac);
    mac.init(new SecretKeySpec(key, hash.mac));
    return mac.doFinal(text);
  }

  /// server-final-message, or nothing: on failure it may be left out (RFC 5802 §5.1).
  @Override
  public Step judged(Judgement.Verdict verdict) {
    if (state != State.JUDGED) {
      throw new IllegalStateException("state: " + state);
    }
    if (verdict != Judgement.Verdict.ACCEPTED) {
      state = State.OVER;
      return new Step.Over();
    }
    state = State.CONFIRM;
    String last = "v=" + Base64.getEncoder().encodeToString(signature);
    return new Step.Challenge(last.getBytes(US_ASCII));
  }

  /// RFC 5802 §7: attr-val, each a letter, `=` and something; ignored.
  private static boolean extensions(String[] attributes, int from, int to) {
    return Arrays.stream(attributes, from, to)
        .allMatch(a ->
            a.length() > 2
                && a.charAt(1) == '='
                && (a.charAt(0) | 0x20) >= 'a'
                && (a.charAt(0) | 0x20) <= 'z'
                && a.charAt(0) != 'm'
                && a.indexOf('\0') < 0);
  }

  private static boolean isNonce(String s) {
    return !s.isEmpty() && s.chars().allMatch(c -> c >= 0x21 && c <= 0x7e && c != ',');
  }

  private static byte[] base64(String s) {
    return SaslLine.response(s.getBytes(UTF_8)) instanceof SaslLine.Response r ? r.data() : null;
  }
}
