package org.posthorn.mta;

import java.util.List;
import org.posthorn.directory.Directory;
import org.posthorn.mime.Address;
import org.posthorn.mime.AddressList;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.Headers;
import org.posthorn.smtp.Reply;
import org.posthorn.store.AccountId;

/// Checks whom a message of one of our own people claims to be from.
///
/// What readers see is the author field, not the envelope: only the account's own addresses may
/// stand there. A message that is sent on as it is (RFC 5322 §3.6.6) keeps its author; then
/// `Resent-From` of the newest resending, which stands first, names who sends.
final class Authors {
  private static final String FROM = "From";
  private static final String RESENT_FROM = "Resent-From";

  private Authors() {}

  /// Null if all authors are addresses of the account, else the refusal.
  static Reply refusal(Directory directory, AccountId account, Headers headers) {
    if (!headers.complete()) {
      return Reply.of(550, "5.6.0", "The header of the message is too long");
    }
    List<String> resent = headers.every(RESENT_FROM);
    List<String> from = headers.every(FROM);
    if (from.size() > 1) {
      // RFC 5322 §3.6: at most one; readers do not agree which of several they show.
      return Reply.of(550, "5.6.0", "The message has more than one From field");
    }
    String field = resent.isEmpty() ? from.isEmpty() ? null : from.getFirst() : resent.getFirst();
    if (field == null) {
      return null; // one is added
    }
    List<Address.Mailbox> authors = AddressList.mailboxes(field);
    if (authors.isEmpty()) {
      return Reply.of(550, "5.6.0", "The From field of the message names nobody");
    }
    for (Address.Mailbox author : authors) {
      EmailAddress address = author.email();
      if (address == null || !directory.owns(account, address)) {
        String shown = address == null ? author.localPart() : address.toString();
        return Reply.of(550, "5.7.1", "You may not send as " + shown);
      }
    }
    return null;
  }
}
