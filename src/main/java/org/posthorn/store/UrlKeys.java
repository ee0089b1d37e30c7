package org.posthorn.store;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The mailbox access keys of one account, and what its URLs prove with them (RFC 4467 §2). Each
/// mailbox has a key of its own, made when it is first needed; a new one revokes all URLs made with
/// the old.
public final class UrlKeys {
  /// The kind of the rows `k`; their ids are those of the mailboxes.
  static final String KIND = "urlauth";

  /// The only mechanism (RFC 4467 §2.4.1).
  public static final String MECHANISM = "internal";

  private static final int FORMAT = 1;
  private static final int KEY_OCTETS = 32;

  /// RFC 4467 §2.4.1: a token says by which algorithm it was made; this is HMAC-SHA256.
  private static final String ALGORITHM = "01";

  private static final SecureRandom RANDOM = new SecureRandom();

  private final Account account;

  UrlKeys(Account account) {
    this.account = account;
  }

  /// The token for a URL that ends with its access identifier.
  public String token(Mailbox box, String rump) {
    byte[] name = row(box.id());
    byte[] fresh = random();
    byte[] key =
        account.change(d -> {
          byte[] old = d.get(name);
          if (old != null) return decode(old);
          d.put(name, encode(fresh));
          return fresh;
        });
    return token(key, rump);
  }

  /// Whether the token is what [#token] gave for this URL, and the key is still the same.
  ///
  /// @param box null if there is none: then it takes as long, and the answer is no (RFC 4467 §6)
  public boolean proves(Mailbox box, ImapUrl.Authorisation a) {
    byte[] row = box == null ? null : account.record(KIND, id(box.id()));
    String wanted = token(row == null ? random() : decode(row), a.rump());
    boolean same =
        MessageDigest.isEqual(
            wanted.getBytes(StandardCharsets.US_ASCII),
            a.token().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
    return same && row != null && MECHANISM.equalsIgnoreCase(a.mechanism());
  }

  /// Gives the mailbox a new key.
  public void reset(Mailbox box) {
    account.putRecord(KIND, id(box.id()), encode(random()));
  }

  /// Takes all keys away.
  public void resetAll() {
    byte[] from = Keys.record(KIND, "");
    account.change(d -> {
      d.deleteRange(from, Keys.after(from));
      return null;
    });
  }

  static byte[] row(MailboxId box) {
    return Keys.record(KIND, id(box));
  }

  private static String id(MailboxId box) {
    return Long.toHexString(box.value());
  }

  /// What contradicts what, for [Check].
  static String problem(Account account) {
    for (Map.Entry<String, byte[]> e : account.records(KIND).entrySet()) {
      decode(e.getValue());
      if (account.mailbox(new MailboxId(HexFormat.fromHexDigitsToLong(e.getKey()))) == null) {
        return "URL key of no mailbox " + e.getKey();
      }
    }
    return null;
  }

  private static byte[] encode(byte[] key) {
    return new Pack(1 + KEY_OCTETS).u8(FORMAT).raw(key).done();
  }

  static byte[] decode(byte[] row) {
    return Unpack.row(row, FORMAT).raw(KEY_OCTETS);
  }

  private static byte[] random() {
    byte[] key = new byte[KEY_OCTETS];
    RANDOM.nextBytes(key);
    return key;
  }

  private static String token(byte[] key, String rump) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      byte[] proof = mac.doFinal(rump.getBytes(StandardCharsets.UTF_8));
      return ALGORITHM + HexFormat.of().formatHex(proof);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
