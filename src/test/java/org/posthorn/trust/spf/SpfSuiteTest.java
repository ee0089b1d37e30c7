package org.posthorn.trust.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Zones;
import org.posthorn.mime.EmailAddress;
import org.posthorn.trust.spf.SpfResult.Identity;

/// All of RFC 7208, by cases of a file that explains itself.
class SpfSuiteTest {
  private static final Pattern OCTET = Pattern.compile("\\\\x([0-9A-F]{2})");

  /// @param explanation null: not looked at
  record Case(
      String set,
      String words,
      Zones zones,
      List<String> results,
      String ip,
      String helo,
      String mailFrom,
      String explanation) {
    @Override
    public String toString() {
      return set + ": " + mailFrom + " " + words;
    }
  }

  static Stream<Case> cases() throws IOException {
    List<Case> cases = new ArrayList<>();
    Zones zones = null;
    String set = "";
    for (String line : lines()) {
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("== ")) {
        zones = new Zones();
        set = line.substring(3);
      } else if (line.contains(" | ")) {
        cases.add(read(set, zones, line.split("\\|", -1)));
      } else {
        add(zones, line.split(" ", 3));
      }
    }
    return cases.stream();
  }

  private static List<String> lines() throws IOException {
    try (InputStream in = SpfSuiteTest.class.getResourceAsStream("/trust/spf/rfc7208.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static Case read(String set, Zones zones, String[] fields) {
    return new Case(
        set,
        fields[4].strip(),
        zones,
        List.of(fields[0].strip().split(",")),
        fields[1].strip(),
        fields[2].strip(),
        fields[3].strip(),
        fields.length > 5 ? fields[5].strip() : null);
  }

  private static void add(Zones zones, String[] words) {
    switch (words[0]) {
      case "txt" ->
          zones.txt(
              words[1],
              OCTET
                  .matcher(words[2])
                  .replaceAll(m ->
                      Matcher.quoteReplacement(
                          String.valueOf((char) Integer.parseInt(m.group(1), 16)))));
      case "a" -> {
        int last = words[2].lastIndexOf(' '); // names may have spaces
        String rest = last < 0 ? "" : " " + words[2].substring(0, last);
        zones.address(words[1] + rest, words[2].substring(last + 1));
      }
      case "mx" -> {
        String[] preferenceAndHost = words[2].split(" ");
        String host = preferenceAndHost[1].equals(".") ? "" : preferenceAndHost[1];
        zones.mx(words[1], Integer.parseInt(preferenceAndHost[0]), host);
      }
      case "ptr" -> zones.name(words[1], words[2]);
      case "fails" -> zones.breaks(words[1], Answer.Reason.TIMEOUT);
      default -> throw new IllegalArgumentException(words[0]);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachCaseEndsAsTheRfcSays(Case c) {
    InstantSource clock = InstantSource.fixed(Instant.EPOCH);
    var spf = new Spf(c.zones, "our.example", clock, () -> 0);
    InetAddress ip = InetAddress.ofLiteral(c.ip);
    SpfResult result;
    if (c.mailFrom.isEmpty()) {
      result = spf.check(ip, c.helo, null);
    } else {
      int at = c.mailFrom.lastIndexOf('@');
      String local = c.mailFrom.substring(0, at);
      String domain = c.mailFrom.substring(at + 1);
      EmailAddress address = EmailAddress.of(local, domain);
      // What no server takes as a reverse-path is asked about all the same.
      result =
          address == null
              ? spf.check(ip, c.helo, local, domain, Identity.MAIL_FROM)
              : spf.check(ip, c.helo, address);
    }
    assertThat(c.results).as(result.reason()).contains(result.code().word());
    if (c.explanation != null) {
      assertThat(result.explanation()).isEqualTo(c.explanation);
    }
  }
}
