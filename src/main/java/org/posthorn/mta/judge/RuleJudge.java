package org.posthorn.mta.judge;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.posthorn.mime.Address;
import org.posthorn.mime.AddressList;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.Headers;
import org.posthorn.store.AccountId;
import org.posthorn.store.Message;
import org.posthorn.trust.dmarc.Dmarc;

/// Judges by a table of rules, for each account by what it knows.
///
/// There is one reply for all who are to get a message. It is refused if it would be refused for
/// each of them; who alone would refuse it has it in Junk.
public final class RuleJudge implements Judge {
  /// Of From, more are not looked at; one of ours among them is enough to refuse.
  private static final int AUTHORS_MAX = 100;

  /// Nobody writes with so many, and DMARC looks at a few only.
  private static final int CLEAR_MAX = Dmarc.AUTHORS_MAX;

  private static final String FROM = "From";

  private static final System.Logger LOG = System.getLogger("posthorn.judge");

  private final JudgeOptions options;
  private final Predicate<String> ours;
  private final Experience experience;

  /// One that knows nothing of anybody.
  public RuleJudge(JudgeOptions options, Predicate<String> ours) {
    this(options, ours, null);
  }

  /// @param ours whether a domain, A-labels in lower case, is ours, so that nobody else may use it;
  ///   what is below it goes by [JudgeOptions#subdomains]
  /// @param experience what accounts know; null: nothing
  public RuleJudge(JudgeOptions options, Predicate<String> ours, Experience experience) {
    this.options = options;
    this.ours = options.subdomains() ? d -> isWithin(d, ours) : ours;
    this.experience = experience;
  }

  /// Whether a domain or one above it is ours.
  static boolean isWithin(String domain, Predicate<String> ours) {
    for (int dot = -1; ; ) {
      if (ours.test(domain.substring(dot + 1))) {
        return true;
      }
      dot = domain.indexOf('.', dot + 1);
      if (dot < 0) {
        return false;
      }
    }
  }

  @Override
  public Judgement judge(Facts facts, Message message, Collection<AccountId> accounts) {
    Case whole = about(facts, message.structure().headers());
    Features features = experience == null ? null : features(message);
    EmailAddress author = proven(whole);
    Map<AccountId, Verdict> own = new LinkedHashMap<>();
    for (AccountId account : accounts) {
      own.put(account, decide(with(whole, features, author, account)));
    }
    return together(decide(with(whole, features, null, null)), own);
  }

  private Case with(Case whole, Features features, EmailAddress author, AccountId account) {
    Likeness likeness =
        features == null ? Likeness.UNKNOWN : experience.likeness(features, account);
    Standing standing =
        experience == null || author == null || account == null
            ? Standing.STRANGER
            : experience.standing(account, author);
    return whole.with(standing, likeness);
  }

  private Verdict decide(Case c) {
    Verdict v = options.rules().decide(c);
    return v.reasons().isEmpty() && c.likeness().known()
        ? new Verdict(v.action(), v.rule(), List.of(c.likeness().words()), v.detail())
        : v;
  }

  /// Null if it cannot be read.
  private static Features features(Message message) {
    try {
      return FeatureReader.read(
          message.structure().headers(),
          message.structure(),
          (from, n) -> {
            InputStream in = message.open();
            in.skipNBytes(from);
            return in;
          });
    } catch (IOException e) {
      LOG.log(WARNING, "message-not-filtered reason={0}", e.toString());
      return null;
    }
  }

  /// The author, if there is one, and his domain stands for the message; else null.
  private EmailAddress proven(Case c) {
    EmailAddress one = c.authors().size() == 1 ? c.authors().getFirst() : null;
    return one != null && Proof.of(one.domain(), c.facts(), ours) == Proof.Code.PROVEN ? one : null;
  }

  /// What is known of a message without any account.
  Case about(Facts facts, Headers headers) {
    List<EmailAddress> authors = authors(headers);
    Sealed.Code sealed =
        authors.stream()
            .map(a -> Sealed.vouches(facts.arc(), a.domain(), options.trustedSealers()))
            .min(Comparator.naturalOrder())
            .orElse(Sealed.Code.NO);
    return new Case(
        facts,
        authors,
        unclear(headers),
        Forgery.of(facts, authors, ours),
        Disguise.of(facts, mailboxes(headers), ours, options.trustedSealers()),
        sealed,
        Standing.STRANGER,
        Likeness.UNKNOWN);
  }

  /// All addresses of all From fields: a second one, which RFC 5322 §3.6 forbids, is perhaps the
  /// one that a mail program shows.
  static List<EmailAddress> authors(Headers headers) {
    List<EmailAddress> all = new ArrayList<>();
    for (Address.Mailbox m : mailboxes(headers)) {
      EmailAddress address = all.size() < AUTHORS_MAX ? address(m) : null;
      if (address != null) {
        all.add(address);
      }
    }
    return all;
  }

  private static List<Address.Mailbox> mailboxes(Headers headers) {
    List<Address.Mailbox> all = new ArrayList<>();
    headers.every(FROM).forEach(from -> all.addAll(AddressList.mailboxes(from)));
    return all;
  }

  /// A dot that ends the domain changes nothing for who reads it.
  private static EmailAddress address(Address.Mailbox m) {
    String domain = m.domain();
    int end = domain.length() - (domain.endsWith(".") ? 1 : 0);
    return end == 0 ? null : EmailAddress.of(m.localPart(), domain.substring(0, end));
  }

  /// Programs show something in the place of the author all the same, and nobody stands for it.
  private static boolean unclear(Headers headers) {
    List<String> from = headers.every(FROM);
    if (from.size() != 1 || !headers.complete()) {
      return true;
    }
    List<Address.Mailbox> authors = AddressList.mailboxes(from.getFirst());
    return authors.isEmpty()
        || authors.size() > CLEAR_MAX
        || authors.stream().anyMatch(m -> address(m) == null);
  }

  private static Judgement together(Verdict whole, Map<AccountId, Verdict> own) {
    Collection<Verdict> all = own.isEmpty() ? List.of(whole) : own.values();
    if (all.stream().allMatch(Verdict::refuses)) {
      // What is refused for good by one is worth another try all the same if another only waits.
      Verdict waits =
          all.stream().filter(v -> v.action() == Verdict.Action.DEFER).findFirst().orElse(null);
      return new Judgement(waits != null ? waits : all.iterator().next());
    }
    Map<AccountId, Verdict> taken = new LinkedHashMap<>();
    own.forEach((account, v) -> taken.put(account, v.softened()));
    return new Judgement(whole.softened(), taken);
  }
}
