package org.posthorn.trust.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// What a domain asks of who brings it mail (RFC 8461 §3.2).
///
/// @param mx which hosts are its servers: names in lower case, or `*.` and a name for all one label
///   below it; empty only with [Mode#NONE]
/// @param maxAge how long it holds from when it was fetched, to the second, at most [#AGE_MAX]
public record StsPolicy(Mode mode, List<String> mx, Duration maxAge) {
  /// Octets of a policy (RFC 8461 §3.3).
  public static final int OCTETS_MAX = 64 * 1024;

  /// RFC 8461 §3.2.
  public static final Duration AGE_MAX = Duration.ofSeconds(31_557_600);

  /// What the servers of a domain have in their names.
  private static final Pattern NAME =
      Pattern.compile(
          "(?:\\*\\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\\.)*"
              + "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

  private static final int NAME_MAX = 255;

  private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,31}");

  private static final Pattern AGE = Pattern.compile("[0-9]{1,10}");

  /// Octets of the hash that is the id; it has two characters each, and at most 32.
  private static final int ID_OCTETS = 10;

  /// RFC 8461 §5.
  public enum Mode {
    /// Mail goes only to hosts that keep the policy.
    ENFORCE,
    /// It goes anywhere, and failures are reported.
    TESTING,
    /// The domain has given up its policy.
    NONE;

    /// As in the policy.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static Mode of(String word) {
      for (Mode m : values()) {
        if (m.word().equals(word)) {
          return m;
        }
      }
      return null;
    }
  }

  public StsPolicy {
    mx = List.copyOf(mx);
  }

  /// Whether a name can stand in a policy: a host name with A-labels in lower case, or `*.` and
  /// one.
  public static boolean isPattern(String name) {
    return name.length() <= NAME_MAX && NAME.matcher(name).matches();
  }

  /// Reads the octets of a policy. Keys that nobody knows are passed over, and of keys that are
  /// there twice the first counts.
  ///
  /// @throws BadPolicyException when it is none; the whole of it is of no use then
  public static StsPolicy parse(byte[] octets) throws BadPolicyException {
    if (octets.length > OCTETS_MAX) {
      throw new BadPolicyException("it has more than " + OCTETS_MAX + " octets");
    }
    String version = null;
    String mode = null;
    String age = null;
    List<String> mx = new ArrayList<>();
    String[] lines = text(octets).split("\r?\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].stripTrailing();
      if (line.isEmpty() && i == lines.length - 1) {
        continue;
      }
      int colon = line.indexOf(':');
      if (colon < 0 || !KEY.matcher(line.substring(0, colon)).matches()) {
        throw new BadPolicyException("line " + (i + 1) + " is not a key and a value");
      }
      String value = line.substring(colon + 1).stripLeading();
      if (value.isEmpty() || value.chars().anyMatch(c -> c < ' ' || c == 0x7f)) {
        throw new BadPolicyException("line " + (i + 1) + " has no value that could be one");
      }
      switch (line.substring(0, colon)) {
        case "version" -> version = version == null ? value : version;
        case "mode" -> mode = mode == null ? value : mode;
        case "max_age" -> age = age == null ? value : age;
        case "mx" -> mx.add(pattern(value, i + 1));
        default -> {}
      }
    }
    return of(version, mode, age, mx);
  }

  private static String text(byte[] octets) throws BadPolicyException {
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (CharacterCodingException e) {
      throw new BadPolicyException("it is not UTF-8");
    }
  }

  private static String pattern(String value, int line) throws BadPolicyException {
    String name = value.toLowerCase(Locale.ROOT);
    // Many write the dot at the end as in a zone file; it makes nothing weaker.
    String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    if (!isPattern(bare)) {
      throw new BadPolicyException("line " + line + " names no host");
    }
    return bare;
  }

  private static StsPolicy of(String version, String word, String age, List<String> mx)
      throws BadPolicyException {
    if (!"STSv1".equals(version)) {
      throw new BadPolicyException(version == null ? "it has no version" : "unknown version");
    }
    Mode mode = word == null ? null : Mode.of(word);
    if (mode == null) {
      throw new BadPolicyException(word == null ? "it has no mode" : "unknown mode");
    }
    if (age == null || !AGE.matcher(age).matches()) {
      throw new BadPolicyException(age == null ? "it has no max_age" : "max_age is no number");
    }
    if (mx.isEmpty() && mode != Mode.NONE) {
      throw new BadPolicyException("it names no mx");
    }
    long seconds = Math.min(Long.parseLong(age), AGE_MAX.toSeconds());
    return new StsPolicy(mode, mx, Duration.ofSeconds(seconds));
  }

  /// Whether a host is a server of the domain (RFC 8461 §4.1).
  ///
  /// @param host A-labels in lower case, without the dot at the end
  public boolean covers(String host) {
    int dot = host.indexOf('.');
    String parent = dot < 0 ? null : host.substring(dot + 1);
    for (String pattern : mx) {
      boolean wild = pattern.startsWith("*.");
      if (wild ? dot > 0 && pattern.substring(2).equals(parent) : pattern.equals(host)) {
        return true;
      }
    }
    return false;
  }

  /// Its lines, as they stand in a report (RFC 8460 §4.4).
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("version: STSv1");
    lines.add("mode: " + mode.word());
    mx.forEach(name -> lines.add("mx: " + name));
    lines.add("max_age: " + maxAge.toSeconds());
    return lines;
  }

  /// As it is served.
  public String text() {
    return String.join("\r\n", lines()) + "\r\n";
  }

  /// Another one for every other policy, and the same for the same: the `id` of its record.
  public String id() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text().getBytes(US_ASCII));
      return HexFormat.of().formatHex(hash, 0, ID_OCTETS);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every Java has it
    }
  }
}
