package org.posthorn.mta;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.posthorn.mime.EmailAddress;

/// Rewrites the sender of forwarded mail to an address of ours (SRS, the Sender Rewriting Scheme),
/// for the next server looks whether we may send for the sender's domain; and turns what bounces to
/// such an address back.
///
/// - `SRS0=hash=tt=domain=local@ours` stands for `local@domain`.
/// - `SRS1=hash=host=…@ours` stands for `SRS0…@host`, where another forwarder made the address; one
///   of a third forwarder is taken over and only the hash is ours, so addresses do not grow.
///
/// `tt` is the day, in two digits of base 32; an address holds for 21 days. The hash keeps
/// strangers from making addresses by which we would send their mail to anybody. Both are compared
/// without case, for there are servers that change it. Of others the first separator may be `+` or
/// `-`.
///
/// There is no state and no clock here; any thread may call.
public final class Srs {
  /// How long a bounce may take: what queues elsewhere keep a message, and a good deal more.
  static final Duration VALID = Duration.ofDays(21);

  /// A clock of ours that was set back does not make our own addresses bad.
  private static final int EARLY_DAYS = 1;

  /// Of 5 bits each: with 30 bits nobody guesses one before he is noticed.
  private static final int HASH_LENGTH = 6;

  private static final int DAYS = 1 << 10;
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final String SEPARATORS = "=+-";
  private static final String FIRST = "SRS0";
  private static final String FURTHER = "SRS1";
  private static final String MAC = "HmacSHA256";

  private final SecretKeySpec key;

  public Srs(byte[] key) {
    this.key = new SecretKeySpec(key, MAC);
  }

  /// What an address is that mail comes back to.
  public sealed interface Reversed {
    /// We made it for this address.
    record Original(EmailAddress address) implements Reversed {}

    /// It looks like one that somebody makes, and stands for nothing: one of no use any more, or
    /// one that we did not make.
    record Bad(String why) implements Reversed {}

    /// An address like any other.
    record Plain() implements Reversed {}
  }

  /// The sender that a message has which is sent on under a domain of ours. For senders of our own
  /// domains there is nothing to rewrite.
  ///
  /// @return the sender itself if what would become of it is no address, for it is too long
  public EmailAddress forward(EmailAddress sender, String domain, Instant now) {
    String local = sender.localPart();
    String rewritten =
        switch (tag(local)) {
          case FIRST ->
              local.length() > FIRST.length() + 1
                  ? further(sender.domain(), local.substring(FIRST.length()))
                  : first(sender, now);
          case FURTHER -> {
            String[] parts = local.substring(FURTHER.length() + 1).split("=", 3);
            yield isFurther(parts) ? further(parts[1], parts[2]) : first(sender, now);
          }
          default -> first(sender, now);
        };
    EmailAddress out = EmailAddress.of(rewritten, domain);
    return out == null ? sender : out;
  }

  private String first(EmailAddress sender, Instant now) {
    String text = day(now) + "=" + sender.domain() + "=" + sender.localPart();
    return FIRST + "=" + hash(FIRST, text) + "=" + text;
  }

  /// @param rest from the separator behind `SRS0` on
  private String further(String host, String rest) {
    String text = host + "=" + rest;
    return FURTHER + "=" + hash(FURTHER, text) + "=" + text;
  }

  /// Hash, host, and what stood behind `SRS0`.
  private static boolean isFurther(String[] parts) {
    return parts.length == 3
        && EmailAddress.normalDomain(parts[1]) != null
        && parts[2].length() > 1
        && SEPARATORS.indexOf(parts[2].charAt(0)) >= 0;
  }

  /// Whom a bounce to one of our addresses is for.
  public Reversed reverse(EmailAddress recipient, Instant now) {
    String local = recipient.localPart();
    return switch (tag(local)) {
      case FIRST -> reverseFirst(local.substring(FIRST.length() + 1).split("=", 4), now);
      case FURTHER -> reverseFurther(local.substring(FURTHER.length() + 1).split("=", 3));
      default -> new Reversed.Plain();
    };
  }

  private Reversed reverseFirst(String[] parts, Instant now) {
    if (parts.length != 4) return new Reversed.Bad("incomplete");
    if (!made(FIRST, parts[0], parts[1] + "=" + parts[2] + "=" + parts[3])) {
      return new Reversed.Bad("not made here");
    }
    int age = age(parts[1], now);
    if (age < 0 || age > VALID.toDays()) return new Reversed.Bad("too old");
    return original(parts[3], parts[2]);
  }

  private Reversed reverseFurther(String[] parts) {
    if (!isFurther(parts)) return new Reversed.Bad("incomplete");
    if (!made(FURTHER, parts[0], parts[1] + "=" + parts[2])) {
      return new Reversed.Bad("not made here");
    }
    return original(FIRST + parts[2], parts[1]); // its host knows how old it is
  }

  private static Reversed original(String local, String domain) {
    EmailAddress address = EmailAddress.of(local, domain);
    return address == null ? new Reversed.Bad("no address") : new Reversed.Original(address);
  }

  /// `SRS0` or `SRS1` of an address that begins like one, else "".
  private static String tag(String local) {
    int end = FIRST.length();
    if (local.length() <= end || SEPARATORS.indexOf(local.charAt(end)) < 0) return "";
    String tag = local.substring(0, end).toUpperCase(Locale.ROOT);
    return tag.equals(FIRST) || tag.equals(FURTHER) ? tag : "";
  }

  private static String day(Instant now) {
    int day = Math.floorMod(Math.floorDiv(now.getEpochSecond(), 86_400L), DAYS);
    return "" + BASE32.charAt(day >> 5) + BASE32.charAt(day & 31);
  }

  /// In days, 0 also for tomorrow; negative if the text is no day.
  private static int age(String text, Instant now) {
    String upper = text.toUpperCase(Locale.ROOT);
    if (upper.length() != 2) return -1;
    int high = BASE32.indexOf(upper.charAt(0));
    int low = BASE32.indexOf(upper.charAt(1));
    if (high < 0 || low < 0) return -1;
    long today = Math.floorDiv(now.getEpochSecond(), 86_400L);
    int age = Math.floorMod(today - ((high << 5) + low), DAYS);
    return age >= DAYS - EARLY_DAYS ? 0 : age;
  }

  private boolean made(String tag, String hash, String text) {
    byte[] given = hash.toUpperCase(Locale.ROOT).getBytes(UTF_8);
    return MessageDigest.isEqual(given, hash(tag, text).getBytes(UTF_8));
  }

  private String hash(String tag, String text) {
    byte[] mac;
    try {
      Mac m = Mac.getInstance(MAC);
      m.init(key);
      mac = m.doFinal((tag + "=" + text).toLowerCase(Locale.ROOT).getBytes(UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks " + MAC, e);
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < HASH_LENGTH; i++) out.append(BASE32.charAt(mac[i] & 31));
    return out.toString();
  }
}
