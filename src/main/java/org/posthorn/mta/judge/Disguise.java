package org.posthorn.mta.judge;

import java.text.Normalizer;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.posthorn.mime.Address;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.send.DomainPattern;

/// Whether a stranger shows an address of ours where his own name should be, as in `"ana@ours.test"
/// <eve@evil.test>`: most mail programs show that and not the address.
///
/// A mailing list that writes itself as the author does the same with a good cause. It is believed
/// if our domain's signature is still good, or a sealer whom we trust says that it was.
final class Disguise {
  /// Longer names are not shown whole.
  private static final int NAME_MAX = 1000;

  private static final Pattern ADDRESS =
      Pattern.compile("[^\\s@<>()\\[\\],;:\"']{1,64}\\s{0,2}@\\s{0,2}([\\p{L}\\p{N}_.-]{1,255})");

  private static final Pattern NOT_SEEN = Pattern.compile("\\p{Cf}");

  private Disguise() {}

  /// Says it for people; "" if it is none.
  ///
  /// @param authors of From
  /// @param ours whether a domain (A-labels in lower case) is ours
  /// @param trusted sealers whose word counts
  static String of(
      Facts facts,
      List<Address.Mailbox> authors,
      Predicate<String> ours,
      List<DomainPattern> trusted) {
    for (Address.Mailbox author : authors) {
      EmailAddress address = author.email();
      boolean itself = address != null && ours.test(address.domain());
      Matcher shown = ADDRESS.matcher(itself ? "" : plain(author.displayName()));
      while (shown.find()) {
        String domain = domain(shown.group(1));
        if (ours.test(domain) && !isProven(domain, facts, ours, trusted)) {
          String who = address == null ? "somebody else" : address.toString();
          return "the name shows an address of " + domain + ", but the author is " + who;
        }
      }
    }
    return "";
  }

  private static boolean isProven(
      String domain, Facts facts, Predicate<String> ours, List<DomainPattern> trusted) {
    return Proof.of(domain, facts, ours) == Proof.Code.PROVEN
        || Sealed.vouches(facts.arc(), domain, trusted) == Sealed.Code.YES;
  }

  /// As it looks: with all kinds of an at sign the same, and without what takes no room.
  private static String plain(String name) {
    if (name == null) {
      return "";
    }
    String some = name.substring(0, Math.min(name.length(), NAME_MAX));
    return NOT_SEEN.matcher(Normalizer.normalize(some, Normalizer.Form.NFKC)).replaceAll("");
  }

  /// "" if it is none.
  private static String domain(String text) {
    int end = text.length();
    while (end > 0 && ".-_".indexOf(text.charAt(end - 1)) >= 0) {
      end--; // the end of a sentence
    }
    String domain = end == 0 ? null : EmailAddress.normalDomain(text.substring(0, end));
    return domain == null ? "" : domain;
  }
}
