package org.posthorn.trust.dkim;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Signs messages for a domain, with all its keys at once (RFC 6376 §5, RFC 8463 §6). Any thread.
public final class DkimSigner {
  /// Signed once more than they are there, also where they are not there at all, so that nobody can
  /// add one (RFC 6376 §5.4.2, §8.15).
  private static final List<String> ALWAYS =
      List.of(
          "From",
          "To",
          "Cc",
          "Subject",
          "Date",
          "Message-ID",
          "Reply-To",
          "In-Reply-To",
          "References",
          "MIME-Version",
          "Content-Type");

  /// The same if there is one: hosts on the way add them rightly where there is none.
  private static final List<String> IF_THERE = List.of("Sender", "Content-Transfer-Encoding");

  /// Signed as often as they are there (RFC 6376 §5.4.1; RFC 8058 §4 for the last).
  private static final List<String> AS_THERE =
      List.of(
          "Resent-From",
          "Resent-Sender",
          "Resent-To",
          "Resent-Cc",
          "Resent-Date",
          "Resent-Message-ID",
          "List-Id",
          "List-Help",
          "List-Subscribe",
          "List-Owner",
          "List-Post",
          "List-Archive",
          "Autocrypt",
          "List-Unsubscribe",
          "List-Unsubscribe-Post");

  /// Fields of one name beyond these are not signed: a signature must not grow without end.
  private static final int MAX_OF_A_NAME = 20;

  /// A key with the name under which it is published.
  ///
  /// @param domain with A-labels
  public record SigningKey(String domain, String selector, DkimKey key) {}

  private final List<SigningKey> keys;

  public DkimSigner(List<SigningKey> keys) {
    this.keys = List.copyOf(keys);
  }

  /// Lines to be put before the message, one field for each key, in their order; nothing if there
  /// is no From, or the header is too long to be signed.
  ///
  /// @param message as it leaves, without the lines that are put before it
  public byte[] sign(SignedMessage message, Instant now) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream(1024);
    if (message.complete() && !message.fields("from").isEmpty()) {
      List<String> names = names(message, Set.of());
      for (SigningKey k : keys) {
        String head = "DKIM-Signature: v=1; a=" + k.key.algorithm().word() + "; c=relaxed/relaxed;";
        lines.writeBytes(signature(message, head, names, k, now));
      }
    }
    return lines.toByteArray();
  }

  /// The names for `h=`, each as often as it is signed.
  private static List<String> names(SignedMessage message, Set<String> more) {
    List<String> names = new ArrayList<>();
    for (String name : ALWAYS) {
      add(names, name, there(message, name) + 1);
    }
    for (String name : IF_THERE) {
      int there = there(message, name);
      add(names, name, there == 0 ? 0 : there + 1);
    }
    for (String name : AS_THERE) {
      add(names, name, there(message, name));
    }
    for (String name : more) {
      add(names, name, there(message, name));
    }
    return names;
  }

  private static int there(SignedMessage message, String name) {
    return message.fields(name.toLowerCase(Locale.ROOT)).size();
  }

  private static void add(List<String> names, String name, int times) {
    for (int i = 0; i < Math.min(times, MAX_OF_A_NAME); i++) {
      names.add(name);
    }
  }

  /// A field of another name with the same signature, for ARC (RFC 8617 §4.1.2).
  ///
  /// @param head its name, and the tags before `d=`
  /// @param more names of fields that are signed as often as they are there
  /// @return null if there is no From, or the header is too long
  public static byte[] messageSignature(
      SignedMessage message, String head, Set<String> more, SigningKey key, Instant now) {
    boolean can = message.complete() && !message.fields("from").isEmpty();
    return can ? signature(message, head, names(message, more), key, now) : null;
  }

  /// A field whose signature covers other fields before it, and no message (RFC 8617 §5.1.1).
  ///
  /// @param field all of it but `b=`
  public static byte[] seal(FoldedField field, List<HeaderField> before, SigningKey key) {
    SignedOctets octets = new SignedOctets();
    before.forEach(f -> octets.field(f, Canonicalization.RELAXED));
    return complete(field, octets, key.key);
  }

  private static byte[] signature(
      SignedMessage message, String head, List<String> names, SigningKey k, Instant now) {
    FoldedField f = new FoldedField(head);
    f.word("d=" + k.domain + ";").word("s=" + k.selector + ";");
    f.word("t=" + now.getEpochSecond() + ";");
    for (int i = 0; i < names.size(); i++) {
      boolean last = i == names.size() - 1;
      String text = (i == 0 ? "h=" : "") + names.get(i) + (last ? ";" : ":");
      if (i == 0) {
        f.word(text);
      } else {
        f.piece(text);
      }
    }
    f.word("bh=").base64(message.body(Canonicalization.RELAXED).sha256()).piece(";");
    return complete(f, Verification.fields(message, names, null, Canonicalization.RELAXED), k.key);
  }

  /// Puts the signature of what comes before the field, and of the field itself, at its end.
  private static byte[] complete(FoldedField f, SignedOctets before, DkimKey key) {
    HeaderField own = HeaderField.of(f.word("b=").toString());
    byte[] octets = before.signature(own, own.end(), own.end(), Canonicalization.RELAXED).octets();
    f.base64(key.sign(octets));
    return (f + "\r\n").getBytes(StandardCharsets.UTF_8);
  }
}
