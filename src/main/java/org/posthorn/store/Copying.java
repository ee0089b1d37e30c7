package org.posthorn.store;

import java.util.List;
import java.util.Map;

/// Copying and moving from one mailbox into another of the same account, as functions for
/// [Gathering]; [Transfer] does it over two accounts.
///
/// @param target name
/// @param user who does it: what he has seen goes along
/// @param rights his on the target: flags that they do not allow are lost (RFC 4314 §4)
record Copying(MailboxId id, String target, AccountId user, Rights rights) {
  /// Messages of one COPY, which is one commit and all in memory at once: fewer on a small machine.
  static final int COPY_MAX = Math.clamp(Runtime.getRuntime().maxMemory() / 4096, 10_000, 200_000);

  /// Octets of the membership rows that one COPY changes.
  private static final long COPY_ROWS_MAX = 8L << 20;

  /// Entries of one email after which it is not copied any more: its row names them all, and a step
  /// of an EXPUNGE holds the rows of sixteen pages.
  static final int PLACES_MAX = 250;

  /// All or nothing.
  ///
  /// @param now seconds since 1970: when the copies are saved
  Changes.Copied copy(Draft d, UidSet uids, long now) {
    MailboxDraft from = MessageChanges.byId(d, id);
    MailboxDraft to = MessageChanges.existing(d, d.number(target));
    Seen.Edit seen = d.seen(from.number(), user);
    long before = from.highest;
    List<MessageChanges.Taken> found = MessageChanges.entries(from, uids, false);
    if (found.size() > COPY_MAX) {
      throw new Refused(Refused.Reason.LIMIT, "at most " + COPY_MAX + " messages at once");
    }
    MessageChanges.roomFor(to, found.size());
    List<String> table = KeywordBits.tableWith(to.keywords, usedKeywords(from, found));
    if (found.isEmpty()) {
      return new Changes.Copied(to.before.uidValidity(), new long[0], new long[0], before, before);
    }
    Map<Long, Membership> members = MessageChanges.memberships(d, found, COPY_ROWS_MAX);
    for (Membership m : members.values()) {
      if (m.places().size() >= PLACES_MAX) {
        throw new Refused(
            Refused.Reason.LIMIT, "a message is at most " + PLACES_MAX + " times here");
      }
    }
    long modSeq = d.nextModSeq();
    to.keywords = table;
    long[] source = new long[found.size()];
    long[] copies = new long[found.size()];
    for (int i = 0; i < found.size(); i++) {
      MessageChanges.Taken t = found.get(i);
      source[i] = t.uid();
      copies[i] = MessageChanges.add(d, to, translated(t, seen, from, to, now), user, modSeq);
      long email = t.entry().email();
      Membership m = members.get(email).with(new Membership.Place(to.number(), copies[i]));
      members.put(email, m);
      d.put(Keys.id('j', email), m.row());
    }
    return new Changes.Copied(to.before.uidValidity(), source, copies, before, modSeq);
  }

  /// In steps, each whole.
  Changes.Copied move(Account account, UidSet uids) {
    Changes.Copied all = null;
    for (UidSet step : MessageChanges.steps(account, id, uids)) {
      long now = account.nowSeconds();
      Changes.Copied s = account.change(d -> moveStep(d, step, now));
      all = all == null ? s : all.then(s);
    }
    return all;
  }

  private Changes.Copied moveStep(Draft d, UidSet uids, long now) {
    MailboxDraft from = MessageChanges.byId(d, id);
    MailboxDraft to = MessageChanges.existing(d, d.number(target));
    Seen.Edit seen = d.seen(from.number(), user);
    long before = from.highest;
    List<MessageChanges.Taken> taken = MessageChanges.entries(from, uids, false);
    MessageChanges.roomFor(to, taken.size());
    List<String> table = KeywordBits.tableWith(to.keywords, usedKeywords(from, taken));
    if (taken.isEmpty()) {
      return new Changes.Copied(to.before.uidValidity(), new long[0], new long[0], before, before);
    }
    Map<Long, Membership> members = MessageChanges.memberships(d, taken);
    long modSeq = d.nextModSeq();
    to.keywords = table;
    long[] source = new long[taken.size()];
    long[] moved = new long[taken.size()];
    MessageChanges.take(d, from, taken, modSeq);
    for (int i = 0; i < taken.size(); i++) {
      MessageChanges.Taken t = taken.get(i);
      source[i] = t.uid();
      moved[i] = MessageChanges.add(d, to, translated(t, seen, from, to, now), user, modSeq);
      long email = t.entry().email();
      Membership m = members.get(email).without(new Membership.Place(from.number(), t.uid()));
      m = m.with(new Membership.Place(to.number(), moved[i]));
      members.put(email, m);
      d.put(Keys.id('j', email), m.row());
    }
    return new Changes.Copied(to.before.uidValidity(), source, moved, before, modSeq);
  }

  private List<String> usedKeywords(MailboxDraft box, List<MessageChanges.Taken> entries) {
    if (!rights.keywords()) return List.of();
    long low = 0;
    long high = 0;
    for (MessageChanges.Taken t : entries) {
      low |= t.entry().low();
      high |= t.entry().high();
    }
    return KeywordBits.names(box.keywords, low, high);
  }

  /// An entry as it comes into another mailbox, saved now (RFC 8514 §3).
  ///
  /// @param seen what the user has seen, if that is not in the flags
  private Page.Entry translated(
      MessageChanges.Taken t, Seen.Edit seen, MailboxDraft from, MailboxDraft to, long now) {
    Page.Entry e = t.asSeenBy(seen).entry();
    List<String> names = List.of();
    if (rights.keywords() && (e.low() != 0 || e.high() != 0)) {
      names = KeywordBits.names(from.keywords, e.low(), e.high());
    }
    return saved(e, now, e.flags() & rights.systemFlags(), KeywordBits.of(to.keywords, names));
  }

  static Page.Entry saved(Page.Entry e, long now, int flags, KeywordBits bits) {
    return new Page.Entry(
        e.email(), e.size(), e.date(), e.zone(), now, flags, bits.low(), bits.high());
  }
}
