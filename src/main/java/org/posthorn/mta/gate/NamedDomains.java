package org.posthorn.mta.gate;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.posthorn.mime.Address;
import org.posthorn.mime.AddressList;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Message;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.list.UrlHosts;

/// The domains that a message names, for lists of domains: those who answer for it first, then
/// those to which it leads.
final class NamedDomains {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");

  /// Of authors, and of signatures.
  private static final int EACH_MAX = 5;

  private NamedDomains() {}

  static Set<String> of(Client client, Sender sender, Message message, List<DkimResult> dkim) {
    Set<String> all = new LinkedHashSet<>();
    if (!sender.path().isNull()) {
      all.add(sender.path().address().domain());
    }
    all.add(client.hello());
    for (String from : message.structure().headers().every("From")) {
      AddressList.mailboxes(from).stream()
          .map(Address.Mailbox::email)
          .filter(e -> e != null)
          .limit(EACH_MAX)
          .forEach(e -> all.add(e.domain()));
    }
    dkim.stream()
        .filter(d -> d.code() == DkimResult.Code.PASS)
        .limit(EACH_MAX)
        .forEach(d -> all.add(d.domain()));
    try {
      all.addAll(UrlHosts.of(message.structure(), message::open));
    } catch (IOException e) {
      LOG.log(WARNING, "links-not-read reason={0}", e.toString());
    }
    return all;
  }
}
