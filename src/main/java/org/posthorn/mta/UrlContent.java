package org.posthorn.mta;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.util.Locale;
import org.posthorn.directory.AccountEntry;
import org.posthorn.smtp.Backend.Fetched;
import org.posthorn.smtp.Reply;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.Excerpt;
import org.posthorn.store.ImapUrl;
import org.posthorn.store.Mailbox;
import org.posthorn.store.Refused;

/// What an authorised IMAP URL means (RFC 4467), for somebody who submits a message with it (RFC
/// 4468 §3.3). The mailboxes are our own, so nothing is asked over a network, and nobody's password
/// is needed: the URL proves that its owner allows it.
final class UrlContent {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");

  private static final String SCHEME = "imap://";

  private final Mta mta;
  private final AccountId submitter;

  /// @param submitter who is logged in
  UrlContent(Mta mta, AccountId submitter) {
    this.mta = mta;
    this.submitter = submitter;
  }

  Fetched fetch(String text) {
    if (!text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return refused("5.6.6", "Only IMAP URLs can be fetched");
    }
    ImapUrl url = ImapUrl.parse(text);
    if (url == null || url.user() == null) {
      return refused("5.6.6", "IMAP URL resolution failed");
    }
    ImapUrl.Authorisation a = url.authorisation();
    if (a == null || a.token() == null) {
      // RFC 5248 §3.2 moved this from X.7.8: without URLAUTH we would have to log in as the user
      return refused("5.7.14", "Only URLs with URLAUTH can be fetched");
    }
    try {
      return authorised(url, a);
    } catch (Refused e) {
      return refused("5.6.6", "IMAP URL resolution failed"); // removed meanwhile
    } catch (IOException e) {
      LOG.log(WARNING, "url-unreadable reason={0}", e.toString());
      return new Fetched.Refused(
          Reply.of(451, "4.4.1", "The message cannot be read now, try again later"));
    }
  }

  private Fetched authorised(ImapUrl url, ImapUrl.Authorisation a) throws IOException {
    AccountId id = account(url.user());
    Account owner = id == null ? null : mta.store().account(id);
    Mailbox box = owner == null ? null : mailbox(owner, url.mailbox());
    // Whose mailbox there is and whose not takes as long, and has the same answer.
    Account prover = owner == null ? mta.store().account(submitter) : owner;
    boolean proved = prover != null && prover.urlKeys().proves(box, a);
    boolean fresh = a.expires() == null || !mta.now().toInstant().isAfter(a.expires());
    if (!proved || !fresh || !mayUse(a.access())) {
      return refused("5.7.0", "IMAP URL authorization failed");
    }
    Excerpt found = Excerpt.find(box, url);
    return found == null
        ? refused("5.6.6", "IMAP URL resolution failed")
        : new Fetched.Content(found.open(), found.size());
  }

  private static Mailbox mailbox(Account owner, String name) {
    try {
      return owner.mailbox(name);
    } catch (Refused e) {
      return null; // no name of a mailbox
    }
  }

  /// RFC 4467 §3: access identifiers. We are the submission server; `submit+` is for this user's
  /// submissions, `user+` for himself, which comes to the same.
  private boolean mayUse(String access) {
    String lower = access.toLowerCase(Locale.ROOT);
    if (lower.startsWith("submit+")) {
      return submitter.equals(account(access.substring("submit+".length())));
    }
    if (lower.startsWith("user+")) {
      return submitter.equals(account(access.substring("user+".length())));
    }
    return lower.equals("authuser") || lower.equals("anonymous");
  }

  private AccountId account(String user) {
    return mta.directory().account(user).map(AccountEntry::account).orElse(null);
  }

  private static Fetched refused(String enhanced, String text) {
    return new Fetched.Refused(Reply.of(554, enhanced, text));
  }
}
