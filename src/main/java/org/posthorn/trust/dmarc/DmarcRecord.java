package org.posthorn.trust.dmarc;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.posthorn.trust.dmarc.DmarcResult.Policy;

/// What a domain publishes about mail in its name (RFC 9989 §4.7).
///
/// @param policy for the domain itself: NONE if it is not there
/// @param subdomains for those below it that exist, null if it is not there
/// @param missing for those below it that do not exist, null if it is not there
/// @param strictDkim the signer has to be the very domain
/// @param strictSpf likewise
/// @param testing whether the policy is only tried out; null if nothing is said
/// @param percent of the messages that the policy is for, by the text before (RFC 7489 §6.3)
/// @param rua where reports of many go, as URIs; those of schemes that nobody knows, too
/// @param ruf where reports of failures go
/// @param failures which of them are wanted: what stands in `fo`
/// @param usable false: it has an error that leaves open what is wanted, and nobody to tell it to
public record DmarcRecord(
    Policy policy,
    Policy subdomains,
    Policy missing,
    boolean strictDkim,
    boolean strictSpf,
    Suffix suffix,
    Boolean testing,
    int percent,
    List<String> rua,
    List<String> ruf,
    String failures,
    boolean usable) {

  /// Longer ones do not fit into what the DNS answers.
  private static final int OCTETS_MAX = 64 * 1024;

  private static final int URIS_MAX = 100;

  private static final Pattern VERSION =
      Pattern.compile("[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;.*)?", Pattern.DOTALL);

  /// RFC 3986 §3.1, with the size that was allowed once (RFC 9989 §4.8)
  private static final Pattern URI =
      Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*:[!-~&&[^!]]+)(?:![0-9]+[kmgtKMGT]?)?");

  private static final Pattern FAILURES = Pattern.compile("[01ds](?::[01ds]){0,3}");

  private static final Pattern PERCENT = Pattern.compile("100|[0-9]{1,2}");

  /// Whether others register below the domain, `psd`.
  public enum Suffix {
    YES,
    NO,
    UNKNOWN
  }

  public DmarcRecord {
    rua = List.copyOf(rua);
    ruf = List.copyOf(ruf);
  }

  /// Null if the text is something else.
  ///
  /// @param text one char an octet
  public static DmarcRecord parse(String text) {
    if (text.length() > OCTETS_MAX || !VERSION.matcher(text).matches()) {
      return null;
    }
    Map<String, String> tags = tags(text);
    String policy = tags.get("p");
    List<String> rua = uris(tags.get("rua"));
    boolean clear =
        (policy == null || policy(policy) != null)
            && (!tags.containsKey("sp") || policy(tags.get("sp")) != null)
            && (!tags.containsKey("np") || policy(tags.get("np")) != null);
    // RFC 9989 §4.10.1: who asks for reports gets those, and no more
    boolean known = clear && policy != null;
    String failures = tags.getOrDefault("fo", "0").toLowerCase(Locale.ROOT);
    String percent = tags.getOrDefault("pct", "100");
    return new DmarcRecord(
        known ? policy(policy) : Policy.NONE,
        known ? policy(tags.get("sp")) : null,
        known ? policy(tags.get("np")) : null,
        "s".equalsIgnoreCase(tags.get("adkim")),
        "s".equalsIgnoreCase(tags.get("aspf")),
        suffix(tags.getOrDefault("psd", "u")),
        testing(tags.getOrDefault("t", "")),
        PERCENT.matcher(percent).matches() ? Integer.parseInt(percent) : 100,
        rua,
        uris(tags.get("ruf")),
        FAILURES.matcher(failures).matches() ? failures : "0",
        clear || !rua.isEmpty());
  }

  /// What cannot be read is passed over (RFC 9989 §4.8); of tags with the same name, the first
  /// counts.
  private static Map<String, String> tags(String text) {
    Map<String, String> tags = new HashMap<>();
    for (String tag : text.split(";")) {
      int equals = tag.indexOf('=');
      if (equals > 0) {
        String name = tag.substring(0, equals).strip().toLowerCase(Locale.ROOT);
        tags.putIfAbsent(name, tag.substring(equals + 1).strip());
      }
    }
    return tags;
  }

  private static Policy policy(String word) {
    return switch (word == null ? "" : word.toLowerCase(Locale.ROOT)) {
      case "none" -> Policy.NONE;
      case "quarantine" -> Policy.QUARANTINE;
      case "reject" -> Policy.REJECT;
      default -> null;
    };
  }

  private static Suffix suffix(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "y" -> Suffix.YES;
      case "n" -> Suffix.NO;
      default -> Suffix.UNKNOWN;
    };
  }

  private static Boolean testing(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "y" -> Boolean.TRUE;
      case "n" -> Boolean.FALSE;
      default -> null;
    };
  }

  private static List<String> uris(String list) {
    List<String> uris = new ArrayList<>();
    for (String each : list == null ? new String[0] : list.split(",")) {
      Matcher uri = URI.matcher(each.strip());
      if (uri.matches() && uris.size() < URIS_MAX) {
        uris.add(uri.group(1));
      }
    }
    return uris;
  }
}
