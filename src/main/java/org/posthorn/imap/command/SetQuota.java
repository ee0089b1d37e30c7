package org.posthorn.imap.command;

import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.store.Quota;

/// RFC 9208 §4.1.3, for administrators. Limits that are not named are lifted.
record SetQuota(String root, Map<QuotaRoot.Resource, Long> limits) implements Command {
  private static final System.Logger LOG = System.getLogger("posthorn.imap");

  static SetQuota parse(ImapReader in) throws IOException {
    in.expectSpace();
    String root = in.astring();
    in.expectSpace();
    in.expect('(');
    Map<QuotaRoot.Resource, Long> limits = new EnumMap<>(QuotaRoot.Resource.class);
    if (!in.accept(')')) {
      do {
        QuotaRoot.Resource r = resource(in.word());
        in.expectSpace();
        limits.put(r, in.number64());
      } while (in.acceptSpace());
      in.expect(')');
    }
    return new SetQuota(root, limits);
  }

  private static QuotaRoot.Resource resource(String word) {
    for (QuotaRoot.Resource r : QuotaRoot.Resource.values()) {
      if (r.name().equals(word)) {
        return r;
      }
    }
    throw CommandException.no("CANNOT", "There is no limit for " + word);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    if (!s.administers()) {
      throw CommandException.no("NOPERM", "Only administrators set quotas");
    }
    QuotaRoot found = QuotaRoot.find(s, root);
    found
        .account()
        .setQuota(
            new Quota(
                limit(QuotaRoot.Resource.STORAGE),
                limit(QuotaRoot.Resource.MESSAGE),
                limit(QuotaRoot.Resource.MAILBOX)));
    LOG.log(
        INFO,
        "imap-setquota by={0} account={1} limits={2}",
        s.account().id(),
        found.account().id(),
        limits);
    found.write(s.out());
    return Reply.OK;
  }

  private long limit(QuotaRoot.Resource r) {
    Long units = limits.get(r);
    return units == null ? Quota.NONE : QuotaRoot.limit(r, units);
  }
}
