package org.posthorn.trust.dkim;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.posthorn.dns.Answer;

/// Checks one signature (RFC 6376 §6.1). What is cheap is looked at first.
final class Verification {
  /// How far clocks may differ.
  private static final long CLOCKS = 300;

  /// RFC 6376 §6.1.2: of several records at one name.
  private static final int MAX_RECORDS = 3;

  /// Fields that a message has once at most (RFC 5322 §3.6, RFC 2045), so that a second one is
  /// shown by some programs instead of the first.
  private static final Set<String> SINGLE =
      Set.of(
          "from",
          "sender",
          "reply-to",
          "to",
          "cc",
          "bcc",
          "subject",
          "date",
          "message-id",
          "in-reply-to",
          "references",
          "mime-version",
          "content-type",
          "content-transfer-encoding");

  private final SignedMessage message;
  private final Claim claim;
  private final Keys keys;
  private final Instant now;

  Verification(SignedMessage message, Claim claim, Keys keys, Instant now) {
    this.message = message;
    this.claim = claim;
    this.keys = keys;
    this.now = now;
  }

  /// What can be said without the key; null if the key decides.
  DkimResult early() {
    if (!claim.flaw().isEmpty()) {
      return result(claim.flawCode(), claim.flaw());
    }
    if (!message.complete()) {
      return result(DkimResult.Code.PERMERROR, message.flaw());
    }
    long seconds = now.getEpochSecond();
    if (claim.expires() >= 0 && claim.expires() < seconds - CLOCKS) {
      return result(DkimResult.Code.FAIL, "the signature has expired (x=)");
    }
    if (claim.time() > seconds + CLOCKS) {
      return result(DkimResult.Code.POLICY, "the signature is of the future (t=)");
    }
    BodyHash body = message.body(claim.body());
    if (claim.length() > body.length()) {
      return result(DkimResult.Code.PERMERROR, "more is signed than there is (l=)");
    }
    if (claim.length() >= 0 && claim.length() < body.length()) {
      String only = "only the first " + claim.length() + " octets of the body are signed (l=)";
      return result(DkimResult.Code.POLICY, only);
    }
    return MessageDigest.isEqual(body.sha256(), claim.bodyHash())
        ? null
        : result(DkimResult.Code.FAIL, "the body is not the one that was signed");
  }

  DkimResult result() {
    DkimResult early = early();
    return early != null ? early : byKey(signed(message, claim));
  }

  /// A seal (RFC 8617 §5.1.1): no body, and what is signed stands before its own field.
  static DkimResult seal(Claim seal, SignedOctets before, Keys keys) {
    Verification v = new Verification(null, seal, keys, null);
    return seal.flaw().isEmpty()
        ? v.byKey(own(before, seal))
        : v.result(seal.flawCode(), seal.flaw());
  }

  private DkimResult byKey(byte[] signed) {
    return switch (keys.get(claim.keyName())) {
      case Answer.Failed<String> f ->
          result(DkimResult.Code.TEMPERROR, "nobody could tell the key: " + f.text());
      case Answer.Absent<String> a -> result(DkimResult.Code.PERMERROR, "there is no such key");
      case Answer.Found<String> f -> byRecords(f.records(), signed);
    };
  }

  private DkimResult byRecords(List<String> texts, byte[] signed) {
    List<KeyRecord> records =
        texts.stream()
            .limit(MAX_RECORDS * 4L)
            .map(KeyRecord::parse)
            .filter(r -> r != null)
            .limit(MAX_RECORDS)
            .toList();
    DkimResult last = result(DkimResult.Code.PERMERROR, "what is published is no key");
    for (KeyRecord r : records) {
      last = byRecord(r, signed);
      if (last.code() == DkimResult.Code.PASS) {
        return last;
      }
    }
    return last;
  }

  private DkimResult byRecord(KeyRecord record, byte[] signed) {
    KeyRecord.Unusable trouble = record.trouble(claim.key());
    if (trouble != null) {
      return result(trouble.code(), record, trouble.reason());
    }
    boolean below = !claim.identity().endsWith("@" + claim.domain());
    if (record.strict() && below) {
      return result(DkimResult.Code.PERMERROR, record, "the key is not for domains below (t=s)");
    }
    if (!record.publicKey(claim.key()).verifies(signed, claim.signature())) {
      return result(DkimResult.Code.FAIL, record, "the signature does not fit");
    }
    String distrust = message == null ? "" : distrust();
    return distrust.isEmpty()
        ? result(DkimResult.Code.PASS, record, "good signature")
        : result(DkimResult.Code.POLICY, record, distrust);
  }

  /// Why a good signature says too little (RFC 6376 §8.15): people may see another field than the
  /// one that is signed.
  private String distrust() {
    if (!message.flaw().isEmpty()) {
      return message.flaw();
    }
    if (message.fields("from").size() > 1) {
      return "there is more than one From";
    }
    Map<String, Integer> covered = new HashMap<>();
    claim.signed().forEach(name -> covered.merge(name, 1, Integer::sum));
    for (String name : covered.keySet()) {
      if (SINGLE.contains(name) && message.fields(name).size() > covered.get(name)) {
        return "there is another " + name + ", which is not signed";
      }
    }
    return "";
  }

  /// The fields that `h=` names, those of one name from the bottom up (RFC 6376 §5.4.2), but never
  /// the signature's own.
  static SignedOctets fields(
      SignedMessage message,
      List<String> names,
      HeaderField own,
      Canonicalization canonicalization) {
    SignedOctets octets = new SignedOctets();
    Map<String, Integer> left = new HashMap<>();
    for (String written : names) {
      String name = written.toLowerCase(Locale.ROOT);
      List<HeaderField> fields = message.fields(name);
      int next = left.getOrDefault(name, fields.size()) - 1;
      if (next >= 0 && fields.get(next) == own) {
        next--; // RFC 6376 §3.7
      }
      left.put(name, Math.max(next, 0));
      if (next >= 0) {
        octets.field(fields.get(next), canonicalization);
      }
    }
    return octets;
  }

  private static byte[] signed(SignedMessage message, Claim claim) {
    return own(fields(message, claim.signed(), claim.field(), claim.header()), claim);
  }

  private static byte[] own(SignedOctets before, Claim claim) {
    int value = claim.field().colon() + 1;
    int from = value + claim.tags().from("b");
    int to = value + claim.tags().to("b");
    return before.signature(claim.field(), from, to, claim.header()).octets();
  }

  private DkimResult result(DkimResult.Code code, String reason) {
    return result(code, null, reason);
  }

  private DkimResult result(DkimResult.Code code, KeyRecord record, String reason) {
    return new DkimResult(
        code,
        claim.domain(),
        claim.selector(),
        claim.identity(),
        claim.algorithm(),
        claim.start(),
        record != null && record.testing(),
        reason);
  }
}
