package org.posthorn.imap.command;

import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongConsumer;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Progress;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.SearchKey;
import org.posthorn.imap.wire.SequenceSet;
import org.posthorn.mime.Collation;
import org.posthorn.store.Account;
import org.posthorn.store.Candidates;
import org.posthorn.store.EmailId;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Flags;
import org.posthorn.store.Mailbox;
import org.posthorn.store.MessageRow;
import org.posthorn.store.UidSet;
import org.posthorn.store.search.Sought;

/// Walks the mailbox once. What the pages know — flags, UIDs, dates of arrival, sizes — is judged
/// at once; only where that leaves the answer open, the message's row and text are read, in runs.
final class SearchRun {
  private static final int RUN = Account.MESSAGES_MAX;
  private static final int SECONDS_A_DAY = 86_400;

  /// Strings about which the index is asked; each answer may name all messages of the account. More
  /// are read for.
  private static final int ASKED_MAX = 64;

  /// Strings sought fuzzily, each with a memory of words.
  private static final int FUZZY_MAX = 16;

  /// What is known of a key without the text.
  private enum Verdict {
    YES,
    NO,
    OPEN;

    static Verdict of(boolean b) {
      return b ? YES : NO;
    }
  }

  private final ImapSession s;
  private final Account account;

  /// Null in a mailbox that is not selected.
  private final SessionView view;

  private final Mailbox box;
  private final SearchKey key;
  private final long now;

  /// Sets of the command, resolved once.
  private final Map<SearchKey, UidSet> sets = new IdentityHashMap<>();

  private final Collation collation;

  /// The strings sought, apart from those that everything contains.
  private final Map<SearchKey, Sought> sought = new IdentityHashMap<>();

  /// What is known of each of them, if the collation is the usual one.
  private final Map<SearchKey, Candidates> strings = new IdentityHashMap<>();

  /// The strings that are sought fuzzily.
  private final Map<SearchKey, FuzzyText> fuzzy = new IdentityHashMap<>();

  /// Messages that are still to be found at most.
  private int left = Integer.MAX_VALUE;

  // Of the message under way: what those of `fuzzy` that it matches say.
  private float scores;
  private int scored;

  /// What `$` means; null until it is asked for.
  private UidSet saved;

  // Of the message whose labels were asked for last.
  private long held;
  private List<Mailbox> holders;

  /// Index of each keyword in the mailbox's table, -1 if it has none of that name.
  private final Map<SearchKey, Integer> keywords = new IdentityHashMap<>();

  /// A search in the selected mailbox, as its client knows it. Of the search that is a command of
  /// its own; null for others.
  private Progress progress;

  SearchRun(ImapSession s, SearchKey key) {
    this(s, key, Map.of(), s.collation());
  }

  /// @param fixed what some sets within `key` have meant in an earlier search
  SearchRun(ImapSession s, SearchKey key, Map<SearchKey, UidSet> fixed, Collation collation) {
    this(s, s.view().account(), s.view().head(), s.view(), key, collation);
    sets.putAll(fixed);
    resolve(key);
  }

  /// A search in another mailbox.
  SearchRun(ImapSession s, Account account, Mailbox box, SearchKey key) {
    this(s, account, box, null, key, s.collation());
    resolve(key);
  }

  private SearchRun(
      ImapSession s,
      Account account,
      Mailbox box,
      SessionView view,
      SearchKey key,
      Collation collation) {
    this.s = s;
    this.account = account;
    this.box = box;
    this.view = view;
    this.key = key;
    this.collation = collation;
    this.now = s.server().clock().instant().getEpochSecond();
  }

  /// Ends the search after so many.
  SearchRun atMost(int messages) {
    left = messages;
    return this;
  }

  SearchKey key() {
    return key;
  }

  Collation collation() {
    return collation;
  }

  /// What numbers and `$` mean. A later search for the same may be given it.
  Map<SearchKey, UidSet> fixed() {
    Map<SearchKey, UidSet> fixed = new IdentityHashMap<>();
    sets.forEach((k, set) -> {
      if (!(k instanceof SearchKey.Uids u) || u.set().saved()) {
        fixed.put(k, set);
      }
    });
    return fixed;
  }

  /// The state of the mailbox that is searched.
  Mailbox mailbox() {
    return box;
  }

  private void resolve(SearchKey k) {
    switch (k) {
      case SearchKey.And a -> a.keys().forEach(this::resolve);
      case SearchKey.Or o -> {
        resolve(o.left());
        resolve(o.right());
      }
      case SearchKey.Not n -> resolve(n.key());
      case SearchKey.Fuzzy f -> resolveFuzzily(f.key());
      case SearchKey.Filter f -> throw unresolved(f);
      case SearchKey.Numbers n -> sets.computeIfAbsent(k, same -> numbers(n.set()));
      case SearchKey.Uids u -> sets.computeIfAbsent(k, same -> uids(u.set()));
      case SearchKey.Flag f -> keywords.put(k, keyword(f.flag()));
      case SearchKey.Recent r -> {}
      case SearchKey.Day d -> {}
      case SearchKey.Age a -> {}
      case SearchKey.Size z -> {}
      case SearchKey.ModSeq m -> {}
      case SearchKey.ObjectId o -> {}
      case SearchKey.GmailId g -> {}
      case SearchKey.Attachment a -> {}
      case SearchKey.Label l -> keywords.put(k, keyword(l.name()));
      case SearchKey.Header h -> seek(k, Sought.inHeader(h.name(), h.text(), collation));
      case SearchKey.Body b when b.text().isEmpty() -> {}
      case SearchKey.Body b -> seek(k, Sought.inBody(b.text(), collation));
      case SearchKey.Text t when t.text().isEmpty() -> {}
      case SearchKey.Text t -> seek(k, Sought.anywhere(t.text(), collation));
    }
  }

  /// Strings are matched fuzzily, all else as always (RFC 6203 §5).
  private void resolveFuzzily(SearchKey k) {
    switch (k) {
      case SearchKey.And a -> a.keys().forEach(this::resolveFuzzily);
      case SearchKey.Or o -> {
        resolveFuzzily(o.left());
        resolveFuzzily(o.right());
      }
      case SearchKey.Not n -> resolveFuzzily(n.key());
      case SearchKey.Fuzzy f -> resolveFuzzily(f.key());
      case SearchKey.Header h when !h.text().isEmpty() ->
          fuzzily(k, new FuzzyText(FuzzyText.Where.HEADER, h.name(), h.text()));
      case SearchKey.Body b when !b.text().isEmpty() ->
          fuzzily(k, new FuzzyText(FuzzyText.Where.BODY, "", b.text()));
      case SearchKey.Text t when !t.text().isEmpty() ->
          fuzzily(k, new FuzzyText(FuzzyText.Where.TEXT, "", t.text()));
      default -> resolve(k);
    }
  }

  private void fuzzily(SearchKey k, FuzzyText text) {
    if (fuzzy.size() == FUZZY_MAX) {
      throw CommandException.no("LIMIT", "Too many strings to be found fuzzily");
    }
    fuzzy.put(k, text);
  }

  private static IllegalStateException unresolved(SearchKey.Filter f) {
    return new IllegalStateException("filter " + f.name());
  }

  private UidSet numbers(SequenceSet set) {
    if (view != null) {
      return set.saved() ? saved(set) : view.resolveLeniently(set);
    }
    var b = new UidSet.Builder();
    long[] ranges = set.resolve(box.count());
    for (int i = 0; i < ranges.length; i += 2) {
      int from = (int) Math.max(1, ranges[i]);
      int to = (int) Math.min(box.count(), ranges[i + 1]);
      if (from <= to) {
        b.add(box.uidAt(from), box.uidAt(to));
      }
    }
    return b.build();
  }

  private UidSet uids(SequenceSet set) {
    if (view != null) {
      return set.saved() ? saved(set) : view.resolve(set, true);
    }
    var b = new UidSet.Builder();
    // RFC 3501 §9: "*" is the UID of the last message
    long[] ranges = set.resolve(box.count() > 0 ? box.uidAt(box.count()) : box.uidNext());
    for (int i = 0; i < ranges.length; i += 2) {
      b.add(ranges[i], ranges[i + 1]);
    }
    return b.build().intersect(known());
  }

  /// One set, however often `$` comes.
  private UidSet saved(SequenceSet set) {
    saved = saved == null ? view.resolve(set, true) : saved;
    return saved;
  }

  private UidSet known() {
    if (view != null) {
      return view.known();
    }
    return box.uidNext() > 1 ? UidSet.range(1, box.uidNext() - 1) : UidSet.EMPTY;
  }

  private boolean isRecent(long uid) {
    return view != null ? view.isRecent(uid) : uid >= account.recentFrom(box.id());
  }

  private void seek(SearchKey k, Sought string) {
    sought.put(k, string);
    if (collation == Collation.UNICODE_CASEMAP && strings.size() < ASKED_MAX) {
      strings.put(k, box.candidates(string));
    }
  }

  private int keyword(String flag) {
    List<String> table = box.keywords();
    for (int i = 0; i < table.size(); i++) {
      if (table.get(i).equalsIgnoreCase(flag)) {
        return i;
      }
    }
    return -1;
  }

  /// UIDs that can be found at all.
  private UidSet candidates() {
    UidSet all = known();
    if (key instanceof SearchKey.And a) {
      for (SearchKey k : a.keys()) {
        if (sets.containsKey(k)) {
          all = all.intersect(sets.get(k));
        }
      }
    } else if (sets.containsKey(key)) {
      all = all.intersect(sets.get(key));
    }
    return all;
  }

  /// What is found has at least this MODSEQ; pages of older ones are passed over.
  private long changedFrom() {
    long from = key instanceof SearchKey.ModSeq m ? m.from() : 0;
    if (key instanceof SearchKey.And a) {
      for (SearchKey k : a.keys()) {
        from = k instanceof SearchKey.ModSeq m ? Math.max(from, m.from()) : from;
      }
    }
    return from;
  }

  /// Calls `found` with the UIDs in ascending order.
  void search(LongConsumer found) throws IOException {
    progress = Progress.begin(s);
    search(UidSet.ALL, found);
  }

  /// The same, but looks only at some messages.
  void search(UidSet among, LongConsumer found) throws IOException {
    EntryCursor c = box.changedSince(candidates().intersect(among), Math.max(0, changedFrom() - 1));
    Open open = new Open();
    while (left > 0 && c.next()) {
      Verdict v = judge(key, c);
      if (v == Verdict.OPEN) {
        open.add(c);
      } else if (v == Verdict.YES) {
        open.addFound(c.uid());
      }
      if (open.full()) {
        flush(open, found);
      }
    }
    flush(open, found);
  }

  /// Entries in order whose answer is known, and those whose text must be read.
  private static final class Open {
    final long[] uid = new long[RUN];
    final long[] email = new long[RUN];
    final boolean[] unknown = new boolean[RUN];
    int count;
    int texts;

    void addFound(long u) {
      unknown[count] = false;
      uid[count++] = u;
    }

    void add(EntryCursor c) {
      email[texts++] = c.emailId();
      unknown[count] = true;
      uid[count++] = c.uid();
    }

    boolean full() {
      return count == RUN;
    }
  }

  private void flush(Open open, LongConsumer found) throws IOException {
    List<MessageRow> rows = List.of();
    int next = 0;
    int read = 0;
    for (int i = 0; i < open.count && left > 0; i++) {
      scores = 0;
      scored = 0;
      if (!open.unknown[i]) {
        left--;
        found.accept(open.uid[i]);
        continue;
      }
      if (next == rows.size()) {
        rows = account.messages(open.email, read, open.texts - read);
        read += rows.size();
        next = 0;
      }
      MessageRow row = rows.get(next++);
      if (row == null) {
        continue; // expunged long ago, and its grave cleared while we were reading
      }
      if (progress != null && progress.isDue()) {
        progress.tell(box.rank(open.uid[i]), box.count());
      }
      s.server().counters().messagesSearched.increment();
      var text = new SearchText(account, row, collation);
      if (matches(key, open.uid[i], text)) {
        left--;
        found.accept(open.uid[i]);
      }
    }
    open.count = 0;
    open.texts = 0;
  }

  private Verdict judge(SearchKey k, EntryCursor c) {
    return switch (k) {
      case SearchKey.And a -> {
        Verdict all = Verdict.YES;
        for (SearchKey each : a.keys()) {
          Verdict v = judge(each, c);
          if (v == Verdict.NO) {
            yield Verdict.NO;
          }
          all = v == Verdict.OPEN ? v : all;
        }
        yield all;
      }
      case SearchKey.Or o -> {
        Verdict left = judge(o.left(), c);
        if (left == Verdict.YES) {
          yield left;
        }
        Verdict right = judge(o.right(), c);
        yield right == Verdict.YES || left == Verdict.NO ? right : Verdict.OPEN;
      }
      case SearchKey.Not n ->
          switch (judge(n.key(), c)) {
            case YES -> Verdict.NO;
            case NO -> Verdict.YES;
            case OPEN -> Verdict.OPEN;
          };
      case SearchKey.Fuzzy f -> judge(f.key(), c);
      case SearchKey.Filter f -> throw unresolved(f);
      case SearchKey.Numbers n -> Verdict.of(sets.get(k).contains(c.uid()));
      case SearchKey.Uids u -> Verdict.of(sets.get(k).contains(c.uid()));
      case SearchKey.Flag f -> Verdict.of(has(f, k, c));
      case SearchKey.Recent r -> Verdict.of(isRecent(c.uid()));
      case SearchKey.ObjectId o ->
          o.thread()
              ? Verdict.OPEN
              : Verdict.of(new EmailId(c.emailId()).toString().equals(o.id()));
      case SearchKey.GmailId g -> g.thread() ? Verdict.OPEN : Verdict.of(c.emailId() == g.id());
      case SearchKey.Attachment a -> Verdict.OPEN;
      case SearchKey.Label l -> label(l, k, c);
      case SearchKey.ModSeq m -> Verdict.of(c.modSeq() >= m.from());
      case SearchKey.Size z -> Verdict.of(z.larger() ? c.size() > z.than() : c.size() < z.than());
      case SearchKey.Day d ->
          switch (d.of()) {
            case ARRIVAL -> Verdict.of(within(d, c.internalDate() + c.zoneMinutes() * 60L));
            case SAVED -> Verdict.of(within(d, c.saveDate()));
            case SENT -> Verdict.OPEN;
          };
      case SearchKey.Age a -> {
        long then = now - a.seconds();
        yield Verdict.of(a.older() ? c.internalDate() <= then : c.internalDate() >= then);
      }
      case SearchKey.Header h -> judge(k, c.uid(), c.emailId());
      case SearchKey.Body b -> judge(k, c.uid(), c.emailId());
      case SearchKey.Text t -> judge(k, c.uid(), c.emailId());
    };
  }

  /// What is known of a string without reading.
  private Verdict judge(SearchKey k, long uid, long email) {
    Candidates string = strings.get(k);
    if (string == null) {
      return sought.containsKey(k) || fuzzy.containsKey(k) ? Verdict.OPEN : Verdict.YES;
    }
    return switch (string.of(uid, email)) {
      case YES -> Verdict.YES;
      case NO -> Verdict.NO;
      case OPEN -> Verdict.OPEN;
    };
  }

  private Verdict label(SearchKey.Label l, SearchKey k, EntryCursor c) {
    return switch (l.name().toLowerCase(Locale.ROOT)) {
      case "starred", "\\starred" -> Verdict.of((c.systemFlags() & Flags.FLAGGED) != 0);
      default -> {
        int i = keywords.get(k);
        boolean keyword = i >= 0 && hasKeyword(c, i);
        yield Verdict.of(keyword || GmailLabels.has(holders(c.emailId()), l.name()));
      }
    };
  }

  /// The mailboxes that hold a message. Of other accounts' only this one counts, for where else
  /// others keep a message is not the user's to know.
  private List<Mailbox> holders(long email) {
    if (holders == null || held != email) {
      holders = account == s.account() ? account.mailboxesOf(email) : List.of(box);
      held = email;
    }
    return holders;
  }

  private static boolean hasKeyword(EntryCursor c, int i) {
    return ((i < 64 ? c.keywordsLow() >>> i : c.keywordsHigh() >>> (i - 64)) & 1) != 0;
  }

  private boolean has(SearchKey.Flag f, SearchKey k, EntryCursor c) {
    int bit =
        switch (f.flag()) {
          case "\\Seen" -> Flags.SEEN;
          case "\\Answered" -> Flags.ANSWERED;
          case "\\Flagged" -> Flags.FLAGGED;
          case "\\Deleted" -> Flags.DELETED;
          case "\\Draft" -> Flags.DRAFT;
          default -> 0;
        };
    if (bit != 0) {
      return (c.systemFlags() & bit) != 0;
    }
    int i = keywords.get(k);
    return i >= 0 && hasKeyword(c, i);
  }

  /// @param seconds since 1970, as a clock on the wall of that place shows them
  private static boolean within(SearchKey.Day d, long seconds) {
    return withinDays(d, Math.floorDiv(seconds, SECONDS_A_DAY));
  }

  static boolean withinDays(SearchKey.Day d, long epochDay) {
    return (d.from() == null || epochDay >= d.from().toEpochDay())
        && (d.before() == null || epochDay < d.before().toEpochDay());
  }

  private boolean matches(SearchKey k, long uid, SearchText text) throws IOException {
    return switch (k) {
      case SearchKey.And a -> {
        for (SearchKey each : a.keys()) {
          if (!matches(each, uid, text)) {
            yield false;
          }
        }
        yield true;
      }
      case SearchKey.Or o -> matches(o.left(), uid, text) || matches(o.right(), uid, text);
      case SearchKey.Not n -> !matches(n.key(), uid, text);
      case SearchKey.Fuzzy f -> matches(f.key(), uid, text);
      case SearchKey.Filter f -> throw unresolved(f);
      case SearchKey.Header h -> contains(k, uid, text);
      case SearchKey.Body b -> contains(k, uid, text);
      case SearchKey.Text t -> contains(k, uid, text);
      case SearchKey.Day d when d.of() == SearchKey.DateOf.SENT -> text.sent(d);
      case SearchKey.Day d -> page(k, uid);
      case SearchKey.Age a -> page(k, uid);
      case SearchKey.Numbers n -> sets.get(k).contains(uid);
      case SearchKey.Uids u -> sets.get(k).contains(uid);
      case SearchKey.Flag f -> page(k, uid);
      case SearchKey.Recent r -> isRecent(uid);
      case SearchKey.Size z -> page(k, uid);
      case SearchKey.ModSeq m -> page(k, uid);
      case SearchKey.ObjectId o -> o.thread() ? text.thread(o.id()) : page(k, uid);
      case SearchKey.GmailId g -> g.thread() ? text.thread() == g.id() : page(k, uid);
      case SearchKey.Label l -> page(k, uid);
      case SearchKey.Attachment a -> text.attachment(a.name());
    };
  }

  /// How well the message just found is what was sought: above 0 up to 1.
  float score() {
    return scored == 0 ? 1 : scores / scored;
  }

  private boolean contains(SearchKey k, long uid, SearchText text) throws IOException {
    FuzzyText f = fuzzy.get(k);
    if (f != null) {
      float score = f.in(text.text().by(Collation.UNICODE_CASEMAP));
      scores += score;
      scored += score > 0 ? 1 : 0;
      return score > 0;
    }
    return switch (judge(k, uid, text.email())) {
      case YES -> true;
      case NO -> false;
      case OPEN ->
          strings.containsKey(k)
              ? strings.get(k).read(uid, text.text())
              : sought.get(k).in(text.text());
    };
  }

  /// A key that the page decides, once more, for one message.
  private boolean page(SearchKey k, long uid) {
    EntryCursor c = box.entries(UidSet.of(uid));
    return c.next() && judge(k, c) == Verdict.YES;
  }
}
