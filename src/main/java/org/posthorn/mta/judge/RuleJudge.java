package org.posthorn.mta.judge;

import java.util.ArrayList;
import java.util.Collection;
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

/// Judges by a table of rules, for each account by what it knows.
///
/// There is one reply for all who are to get a message. It is refused if it would be refused for
/// each of them; who alone would refuse it has it in Junk.
public final class RuleJudge implements Judge {
  /// Of From, more are not looked at; one of ours among them is enough to refuse.
  private static final int AUTHORS_MAX = 100;

  private final JudgeOptions options;
  private final Predicate<String> ours;

  /// @param ours whether a domain, A-labels in lower case, is ours, so that nobody else may use it
  public RuleJudge(JudgeOptions options, Predicate<String> ours) {
    this.options = options;
    this.ours = ours;
  }

  @Override
  public Judgement judge(Facts facts, Message message, Collection<AccountId> accounts) {
    Case whole = about(facts, message.structure().headers());
    Map<AccountId, Verdict> own = new LinkedHashMap<>();
    for (AccountId account : accounts) {
      own.put(account, options.rules().decide(whole));
    }
    return together(options.rules().decide(whole), own);
  }

  /// What is known of a message without any account.
  Case about(Facts facts, Headers headers) {
    List<EmailAddress> authors = authors(headers);
    String domain = authors.isEmpty() ? "" : authors.getFirst().domain();
    boolean sealed =
        !domain.isEmpty() && Sealed.vouches(facts.arc(), domain, options.trustedSealers());
    return new Case(
        facts,
        authors,
        Forgery.of(facts, authors, ours),
        sealed,
        Standing.STRANGER,
        Likeness.UNKNOWN);
  }

  /// All addresses of all From fields: a second one, which RFC 5322 §3.6 forbids, is perhaps the
  /// one that a mail program shows.
  static List<EmailAddress> authors(Headers headers) {
    List<EmailAddress> all = new ArrayList<>();
    for (String from : headers.every("From")) {
      for (Address.Mailbox m : AddressList.mailboxes(from)) {
        EmailAddress address = all.size() < AUTHORS_MAX ? m.email() : null;
        if (address != null) {
          all.add(address);
        }
      }
    }
    return all;
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
