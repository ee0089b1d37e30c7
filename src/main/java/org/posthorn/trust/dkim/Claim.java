package org.posthorn.trust.dkim;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.posthorn.mime.DomainNames;

/// What a field with a signature says, read strictly: "any inconsistency or unexpected values" make
/// it nothing (RFC 6376 §6.1.1).
///
/// @param flaw why it says nothing that can be checked; "" if it can be. Then all else is there
/// @param flawCode what such a signature is called
/// @param algorithm as written
/// @param key null if the algorithm is unknown
/// @param bodyHash null in a seal
/// @param signed names of fields in lower case; empty in a seal
/// @param length `l=`, or -1
/// @param time `t=`, or -1
/// @param expires `x=`, or -1
record Claim(
    HeaderField field,
    TagList tags,
    String flaw,
    DkimResult.Code flawCode,
    String domain,
    String selector,
    String identity,
    String algorithm,
    SigningAlgorithm key,
    byte[] signature,
    byte[] bodyHash,
    Canonicalization header,
    Canonicalization body,
    List<String> signed,
    long length,
    long time,
    long expires) {

  /// Which field it is.
  enum Kind {
    DKIM,
    ARC_MESSAGE,
    ARC_SEAL
  }

  /// Base64 of an RSA signature of 8192 bits is shorter.
  private static final int MAX_SIGNATURE = 1500;

  /// A longer number is as good as infinite (RFC 6376 §3.5, t=).
  private static final int MAX_DIGITS = 12;

  private static final int START = 8;

  static Claim parse(HeaderField field, Kind kind) {
    TagList tags = TagList.parse(field.value());
    return new Reader(field, tags, kind).read();
  }

  String start() {
    String b = tags == null ? null : tags.compact("b");
    return b == null ? "" : b.substring(0, Math.min(START, b.length()));
  }

  String keyName() {
    return selector + "._domainkey." + domain;
  }

  /// For the header and the body; null for one that is unknown (RFC 6376 §3.5, c=).
  static Canonicalization[] canonicalizations(String value) {
    String c = value == null ? "simple/simple" : value.toLowerCase(Locale.ROOT);
    String[] words = c.split("/", -1);
    Canonicalization[] both = {Canonicalization.of(words[0]), Canonicalization.SIMPLE};
    if (words.length > 1) {
      both[1] = words.length == 2 ? Canonicalization.of(words[1]) : null;
    }
    return both;
  }

  /// Reads one tag after the other, and keeps the first flaw.
  private static final class Reader {
    private final HeaderField field;
    private final TagList tags;
    private final Kind kind;
    private String flaw = "";
    private DkimResult.Code code = DkimResult.Code.NEUTRAL;

    Reader(HeaderField field, TagList tags, Kind kind) {
      this.field = field;
      this.tags = tags;
      this.kind = kind;
    }

    Claim read() {
      if (tags == null) {
        flaw = "the signature cannot be read";
        return new Claim(
            field, null, flaw, code, "", "", "", "", null, null, null, null, null, List.of(), -1,
            -1, -1);
      }
      String domain = name("d", 2);
      String selector = name("s", 1);
      String identity = kind == Kind.DKIM ? identity(domain) : "@" + domain;
      if (kind == Kind.DKIM) {
        version();
      }
      String algorithm = tags.has("a") ? tags.get("a") : "";
      SigningAlgorithm key = algorithm(algorithm);
      byte[] signature = base64("b");
      byte[] bodyHash = kind == Kind.ARC_SEAL ? null : base64("bh");
      Canonicalization[] both = canonicalizations();
      List<String> signed = kind == Kind.ARC_SEAL ? List.of() : signed();
      long length = kind == Kind.ARC_SEAL ? -1 : number("l");
      long time = number("t");
      long expires = kind == Kind.ARC_SEAL ? -1 : number("x");
      if (expires >= 0 && time >= 0 && expires <= time) {
        flaw("it ends before it begins (x=, t=)");
      }
      query();
      return new Claim(
          field, tags, flaw, code, domain, selector, identity, algorithm, key, signature, bodyHash,
          both[0], both[1], signed, length, time, expires);
    }

    private void flaw(String why) {
      flaw(why, DkimResult.Code.NEUTRAL);
    }

    private void flaw(String why, DkimResult.Code how) {
      if (flaw.isEmpty()) {
        flaw = why;
        code = how;
      }
    }

    private boolean required(String tag) {
      if (tags.has(tag)) {
        return true;
      }
      flaw(tag + "= is missing");
      return false;
    }

    private void version() {
      if (required("v") && !tags.get("v").equals("1")) {
        flaw("the version is unknown (v=)");
      }
    }

    /// A domain name or a part of one, as A-labels.
    private String name(String tag, int labels) {
      if (!required(tag)) {
        return "";
      }
      String ascii = ascii(tags.utf8(tag));
      if (ascii == null || ascii.split("\\.").length < labels) {
        flaw(tag + "= is no domain name");
        return "";
      }
      return ascii;
    }

    private static String ascii(String name) {
      String ascii = name == null ? null : DomainNames.toAscii(name);
      if (ascii == null || ascii.isEmpty()) {
        return null;
      }
      for (String label : ascii.split("\\.", -1)) {
        boolean good = !label.isEmpty() && label.length() <= 63;
        if (!good || !label.chars().allMatch(Reader::isNameCharacter)) {
          return null;
        }
      }
      return ascii;
    }

    private static boolean isNameCharacter(int c) {
      return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_';
    }

    /// RFC 6376 §3.5, i=: the domain of the signer, or one below it.
    private String identity(String domain) {
      if (!tags.has("i")) {
        return "@" + domain;
      }
      String identity = QuotedText.decode(tags.utf8("i"));
      int at = identity == null ? -1 : identity.lastIndexOf('@');
      String of = at < 0 ? null : ascii(identity.substring(at + 1));
      if (of == null) {
        flaw("i= is no identity");
        return "@" + domain;
      }
      if (!of.equals(domain) && !of.endsWith("." + domain)) {
        flaw("i= is not of the domain of d=");
      }
      return identity.substring(0, at + 1) + of;
    }

    private SigningAlgorithm algorithm(String word) {
      if (!required("a")) {
        return null;
      }
      if (word.equalsIgnoreCase("rsa-sha1")) {
        flaw("SHA-1 proves nothing any more (RFC 8301 §3.1)", DkimResult.Code.PERMERROR);
        return null;
      }
      SigningAlgorithm algorithm = SigningAlgorithm.of(word);
      if (algorithm == null) {
        flaw("the algorithm is unknown (a=)");
      }
      return algorithm;
    }

    private byte[] base64(String tag) {
      if (!required(tag)) {
        return null;
      }
      String text = tags.compact(tag);
      if (text.isEmpty() || text.length() > MAX_SIGNATURE) {
        flaw(tag + "= is empty or too long");
        return null;
      }
      try {
        return Base64.getDecoder().decode(text);
      } catch (IllegalArgumentException e) {
        flaw(tag + "= is no base64");
        return null;
      }
    }

    /// RFC 8617 §4.1.3: a seal is always relaxed, and has no body.
    private Canonicalization[] canonicalizations() {
      if (kind == Kind.ARC_SEAL) {
        return new Canonicalization[] {Canonicalization.RELAXED, null};
      }
      Canonicalization[] both = Claim.canonicalizations(tags.get("c"));
      if (both[0] == null || both[1] == null) {
        flaw("the canonicalization is unknown (c=)");
      }
      return both;
    }

    private List<String> signed() {
      List<String> names = required("h") ? tags.words("h") : List.of();
      if (names == null) {
        flaw("h= is no list of fields");
        return List.of();
      }
      if (!names.contains("from")) {
        // RFC 6376 §6.1.1
        flaw("From is not signed", DkimResult.Code.PERMERROR);
      }
      if (kind == Kind.ARC_MESSAGE && names.stream().anyMatch(n -> n.startsWith("arc-"))) {
        // RFC 8617 §4.1.2
        flaw("it signs fields of ARC");
      }
      return names;
    }

    private long number(String tag) {
      if (!tags.has(tag)) {
        return -1;
      }
      String digits = tags.get(tag);
      boolean number =
          !digits.isEmpty()
              && digits.length() <= 76
              && digits.chars().allMatch(c -> c >= '0' && c <= '9');
      if (!number) {
        flaw(tag + "= is no number");
        return -1;
      }
      String bare = digits.replaceFirst("^0+(?=.)", "");
      return bare.length() > MAX_DIGITS ? Long.MAX_VALUE : Long.parseLong(bare);
    }

    private void query() {
      if (kind != Kind.ARC_SEAL && tags.has("q")) {
        List<String> ways = tags.words("q");
        if (ways == null || !ways.contains("dns/txt")) {
          flaw("no way to the key is known (q=)");
        }
      }
    }
  }
}
