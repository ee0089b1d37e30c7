package org.posthorn.mta.judge;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.posthorn.mta.send.DomainPattern;
import org.posthorn.trust.arc.ArcResult;

/// Whether those who sent a message on, and whom we trust, found it good when it came to them (RFC
/// 8617 §7.2.1): the chain is whole, its last sealers are of our list, and the first of these says
/// that the author's domain stood for the message.
final class Sealed {
  /// Of what a sealer wrote, so much is read.
  private static final int VALUE_MAX = 8 * 1024;

  private static final int STATEMENTS_MAX = 64;

  private Sealed() {}

  /// Whether they do.
  enum Code {
    NO,
    /// They would if a name server had told a key.
    UNSURE,
    YES
  }

  /// @param domain of From, A-labels in lower case
  static Code vouches(ArcResult arc, String domain, List<DomainPattern> trusted) {
    boolean good = arc != null && arc.code() == ArcResult.Code.PASS;
    if (arc == null || trusted.isEmpty() || !good && !arc.unsure()) {
      return Code.NO;
    }
    List<String> sealers = arc.sealers();
    int first = sealers.size();
    while (first > 0 && trusts(trusted, sealers.get(first - 1))) {
      first--;
    }
    boolean says =
        first < sealers.size()
            && first < arc.results().size()
            && passes(arc.results().get(first), domain);
    return !says ? Code.NO : good ? Code.YES : Code.UNSURE;
  }

  private static boolean trusts(List<DomainPattern> trusted, String sealer) {
    String name = sealer.toLowerCase(Locale.ROOT);
    return trusted.stream().anyMatch(p -> p.fits(name));
  }

  /// Whether an Authentication-Results value (RFC 8601 §2.2) says that DMARC passed for the domain,
  /// or SPF or DKIM for it or a domain of the same family.
  static boolean passes(String value, String domain) {
    String text = bare(value.substring(0, Math.min(value.length(), VALUE_MAX)));
    String[] statements = text.split(";", STATEMENTS_MAX);
    for (int i = 1; i < statements.length; i++) { // the first is who says it
      if (passing(statements[i].strip().split("\\s+"), domain)) {
        return true;
      }
    }
    return false;
  }

  private static boolean passing(String[] words, String domain) {
    Predicate<String> property =
        switch (words[0]) {
          case "dmarc=pass" -> w -> is(w, "header.from=", domain);
          case "dkim=pass" -> w -> is(w, "header.d=", domain) || is(w, "header.i=", domain);
          case "spf=pass" -> w -> is(w, "smtp.mailfrom=", domain);
          default -> w -> false;
        };
    for (int i = 1; i < words.length; i++) {
      if (property.test(words[i])) {
        return true;
      }
    }
    return false;
  }

  private static boolean is(String word, String property, String domain) {
    if (!word.startsWith(property)) {
      return false;
    }
    String value = word.substring(word.lastIndexOf('@') + 1);
    String named = value.startsWith(property) ? value.substring(property.length()) : value;
    return named.equals(domain) || named.endsWith("." + domain);
  }

  /// In lower case, without comments and quotes, and no space around `=`.
  private static String bare(String value) {
    var out = new StringBuilder(value.length());
    int depth = 0;
    boolean quoted = false;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '\\' && (quoted || depth > 0)) {
        i++;
      } else if (depth == 0 && c == '"') {
        quoted = !quoted;
      } else if (!quoted && c == '(') {
        depth++;
      } else if (!quoted && c == ')' && depth > 0) {
        depth--;
        out.append(' ');
      } else if (depth == 0) {
        // What is quoted stands for itself and separates nothing.
        out.append(quoted && (c == ';' || Character.isWhitespace(c)) ? '_' : c);
      }
    }
    return out.toString().toLowerCase(Locale.ROOT).replaceAll("\\s{0,20}=\\s{0,20}", "=");
  }
}
