package org.posthorn.mta.judge;

import java.util.List;
import java.util.function.Predicate;
import org.posthorn.mime.EmailAddress;

/// Whether a stranger uses a name that is ours. Our own people log in; what else bears a name of
/// ours has to prove it: what they sent to somebody who sends it on to us, and newsletters that
/// others send for us.
///
/// @param domain of ours that is used without proof; "" if none is
/// @param words for people; "" if there is none
public record Forgery(Code code, String domain, String words) {
  public static final Forgery NONE = new Forgery(Code.NO, "", "");

  /// How sure that is.
  public enum Code {
    NO,
    /// A name server did not answer.
    UNSURE,
    YES
  }

  /// @param authors addresses of From
  /// @param ours whether a domain (A-labels in lower case) is ours
  static Forgery of(Facts facts, List<EmailAddress> authors, Predicate<String> ours) {
    Forgery found = NONE;
    if (!facts.sender().path().isNull()) {
      found = of(facts, facts.sender().path().address(), "the sender", ours);
    }
    for (EmailAddress author : authors) {
      Forgery one = of(facts, author, "the author", ours);
      found = one.code.compareTo(found.code) > 0 ? one : found;
    }
    return found;
  }

  private static Forgery of(Facts facts, EmailAddress claim, String who, Predicate<String> ours) {
    String domain = claim.domain();
    if (!ours.test(domain)) {
      return NONE;
    }
    return switch (Proof.of(domain, facts, ours)) {
      case PROVEN -> NONE;
      case UNSURE ->
          new Forgery(
              Code.UNSURE,
              domain,
              "Whether " + who + " may use " + domain + " could not be found out now");
      case NO ->
          new Forgery(
              Code.YES,
              domain,
              "Senders of "
                  + domain
                  + " have to log in: neither SPF nor a DKIM signature of it vouches for "
                  + who);
    };
  }
}
