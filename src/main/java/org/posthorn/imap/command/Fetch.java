package org.posthorn.imap.command;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.imap.Extension;
import org.posthorn.imap.FlagWriter;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.FetchItem;
import org.posthorn.imap.wire.ImapDate;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.SequenceSet;
import org.posthorn.store.Account;
import org.posthorn.store.Changes;
import org.posthorn.store.EmailId;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.FlagChange;
import org.posthorn.store.Flags;
import org.posthorn.store.Mailbox;
import org.posthorn.store.MessageRow;
import org.posthorn.store.MessageRun;
import org.posthorn.store.Rights.Right;
import org.posthorn.store.StoreUnavailable;
import org.posthorn.store.UidSet;
import org.posthorn.store.blob.CorruptBlobException;

/// RFC 3501 §6.4.5 FETCH.
///
/// Messages are answered in runs: the run's entries from the mailbox's pages, its message rows by
/// one get (none if only flags, dates and sizes are wanted), `\Seen` committed where a text is
/// read, and only then the responses. Nothing is gathered beyond a run.
record Fetch(SequenceSet set, boolean uid, List<FetchItem> items, Since since) implements Command {
  private static final int RUN = Account.MESSAGES_MAX;

  /// A run of at least so many messages is read by two threads …
  private static final int TOGETHER_MIN = 32;

  /// … if its messages have no more octets than this together.
  private static final long TOGETHER_MAX = 4 << 20;

  /// Of such a run so many eighths are read by the thread that writes the responses, too.
  private static final int OWN_EIGHTHS = 3;

  private static final System.Logger LOG = System.getLogger("posthorn.imap");

  static Fetch parse(ImapReader in, boolean uid) throws IOException {
    in.expectSpace();
    SequenceSet set = SequenceSet.parse(in);
    in.expectSpace();
    List<FetchItem> items = FetchItem.parseAll(in);
    Since since = Since.parse(in, uid);
    if (since.modSeq() >= 0 && !items.contains(FetchItem.Simple.MODSEQ)) {
      items = new ArrayList<>(items);
      items.add(FetchItem.Simple.MODSEQ); // RFC 7162 §3.1.4.1
    }
    return new Fetch(set, uid, items, since);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    SessionView view = s.view();
    if (since.vanished() && !s.has(Extension.QRESYNC)) {
      throw CommandException.bad("ENABLE QRESYNC comes first"); // RFC 7162 §3.2.6
    }
    if (items.contains(FetchItem.Simple.MODSEQ)) {
      s.enableCondstore(); // RFC 7162 §3.1
    }
    UidSet uids = view.resolve(set, uid);
    boolean gone = !uid && !uids.intersect(view.pending()).isEmpty();
    if (since.vanished()) {
      view.tellEarlier(s.out(), uids, since.modSeq());
    }
    Worker w = new Worker(s, view, uids.size());
    w.fetch(since.of(view.head(), uids));
    // RFC 2180 §4.1.2, RFC 5530 §3: the others have been answered
    if (gone) {
      throw CommandException.no("EXPUNGEISSUED", "Some of the messages have been expunged");
    }
    if (w.unreadable) {
      // RFC 5530 §3
      throw CommandException.no(
          w.corrupt ? "CORRUPTION" : "UNAVAILABLE", "Some of the messages cannot be read");
    }
    if (w.unknownEncoding) {
      // RFC 3516 §4.3
      throw CommandException.no("UNKNOWN-CTE", "A part has an unknown transfer encoding");
    }
    return Reply.OK;
  }

  /// What nobody asked for now: NOTIFY wants it of new messages (RFC 5465 §5.2).
  static void tellNew(ImapSession s, UidSet uids, List<FetchItem> items) throws IOException {
    Fetch f = new Fetch(null, true, items, Since.EVER);
    f.new Worker(s, s.view(), uids.size()).fetch(uids);
  }

  private boolean needsRow() {
    for (FetchItem i : items) {
      boolean row =
          switch (i) {
            case FetchItem.Text t -> true;
            case FetchItem.BinarySize b -> true;
            case FetchItem.Simple p ->
                switch (p) {
                  case ENVELOPE, BODY, BODYSTRUCTURE, THREADID, X_GM_THRID, PREVIEW, PREVIEW_LAZY ->
                      true;
                  case UID,
                      FLAGS,
                      INTERNALDATE,
                      SAVEDATE,
                      RFC822_SIZE,
                      MODSEQ,
                      EMAILID,
                      X_GM_MSGID,
                      X_GM_LABELS ->
                      false;
                };
          };
      if (row) {
        return true;
      }
    }
    return false;
  }

  private boolean needsText() {
    for (FetchItem i : items) {
      if (i instanceof FetchItem.Text || i instanceof FetchItem.BinarySize) {
        return true;
      }
    }
    return false;
  }

  private boolean setsSeen() {
    for (FetchItem i : items) {
      if (i instanceof FetchItem.Text t && !t.peek()) {
        return true;
      }
    }
    return false;
  }

  /// The columns of a run.
  private static final class Columns {
    final long[] uid = new long[RUN];
    final long[] email = new long[RUN];
    final long[] size = new long[RUN];
    final long[] date = new long[RUN];
    final long[] saved = new long[RUN];
    final int[] zone = new int[RUN];
    final int[] flags = new int[RUN];
    final long[] low = new long[RUN];
    final long[] high = new long[RUN];
    final long[] modSeq = new long[RUN];
    int count;

    void add(EntryCursor c) {
      int i = count++;
      uid[i] = c.uid();
      email[i] = c.emailId();
      size[i] = c.size();
      date[i] = c.internalDate();
      saved[i] = c.saveDate();
      zone[i] = c.zoneMinutes();
      setFlags(i, c);
    }

    void setFlags(int i, EntryCursor c) {
      flags[i] = c.systemFlags();
      low[i] = c.keywordsLow();
      high[i] = c.keywordsHigh();
      modSeq[i] = c.modSeq();
    }

    /// Of `all` entries only the first [#count] have been answered: the others stay.
    void leave(int all) {
      for (long[] column : new long[][] {uid, email, size, date, saved, low, high, modSeq}) {
        System.arraycopy(column, count, column, 0, all - count);
      }
      System.arraycopy(zone, count, zone, 0, all - count);
      System.arraycopy(flags, count, flags, 0, all - count);
      count = all - count;
    }

    UidSet uids() {
      var b = new UidSet.Builder();
      for (int i = 0; i < count; i++) {
        b.add(uid[i]);
      }
      return b.build();
    }

    UidSet unseen() {
      var b = new UidSet.Builder();
      for (int i = 0; i < count; i++) {
        if ((flags[i] & Flags.SEEN) == 0) {
          b.add(uid[i]);
        }
      }
      return b.build();
    }
  }

  /// One FETCH under way.
  private final class Worker {
    private final ImapSession s;
    private final SessionView view;
    private final ImapWriter out;
    private final boolean needsRow = needsRow();
    private final boolean needsText = needsText();
    private final boolean setsSeen;
    private final boolean tellsFlags = items.contains(FetchItem.Simple.FLAGS);

    /// The command's own state of the mailbox: numbers are those of the start until the end.
    private final Mailbox box;

    /// What reads the messages of the first part of a run, or all; null for a message alone.
    private final MessageRun neighbours;

    /// What the second thread reads with.
    private final MessageRun laterPart;

    private FlagWriter flags;
    private boolean unreadable;

    /// One of these will not become readable by waiting.
    private boolean corrupt;

    private boolean unknownEncoding;
    private final boolean previews = items.contains(FetchItem.Simple.PREVIEW);

    /// Of the message that is answered next.
    private String preview;

    /// UIDs whose flags this run changed.
    private UidSet changed = UidSet.EMPTY;

    Worker(ImapSession s, SessionView view, long count) {
      this.s = s;
      this.view = view;
      this.out = s.out();
      this.box = view.head();
      this.setsSeen = setsSeen() && !view.readOnly() && view.rights().has(Right.SEEN);
      boolean several = needsText && count > 1;
      this.neighbours = several ? view.account().run() : null;
      this.laterPart = several ? view.account().run() : null;
      this.flags = new FlagWriter(box);
    }

    void fetch(UidSet uids) throws IOException {
      Columns run = new Columns();
      EntryCursor c = box.changedSince(uids, Math.max(0, since.modSeq()));
      boolean more = c.next();
      while (more || run.count > 0) {
        while (more && run.count < RUN) {
          run.add(c);
          more = c.next();
        }
        int all = run.count;
        List<MessageRow> rows = needsRow ? view.account().messages(run.email, 0, all) : List.of();
        run.count = needsRow ? rows.size() : all;
        answer(run, rows);
        run.leave(all);
      }
    }

    private void answer(Columns run, List<MessageRow> rows) throws IOException {
      long asOf = box.highestModSeq();
      changed = UidSet.EMPTY;
      if (setsSeen) {
        asOf = markSeen(run);
      }
      if (tellsFlags || !changed.isEmpty()) {
        view.toldFlags(tellsFlags ? run.uids() : changed, asOf);
      }
      write(run, rows);
      s.server().counters().messagesFetched.add(run.count);
    }

    /// Reads what must be read, and writes the responses in order. Decompressing is most of the
    /// work, so a second thread reads the later part of a run while this one reads and writes the
    /// first.
    private void write(Columns run, List<MessageRow> rows) throws IOException {
      MessageTexts[] texts = new MessageTexts[run.count];
      for (int i = 0; i < run.count; i++) {
        texts[i] = needsText && rows.get(i) != null ? new MessageTexts(s, rows.get(i)) : null;
      }
      int half = needsText && together(run) ? run.count * OWN_EIGHTHS / 8 : run.count;
      Thread helper = null;
      if (half < run.count) {
        helper = Thread.ofVirtual().name("imap-read").start(() -> prepare(texts, half, run.count));
      }
      long seq = 0;
      long last = -1;
      boolean holes = !view.pending().isEmpty();
      try {
        for (int i = 0; i < run.count; i++) {
          if (i == half) {
            join(helper);
          }
          MessageRow row = needsRow ? rows.get(i) : null;
          if (needsRow && !ready(row, texts[i])) {
            continue;
          }
          // Consecutive UIDs have consecutive numbers; else the mailbox is asked.
          seq = !holes && run.uid[i] == last + 1 ? seq + 1 : view.seq(run.uid[i]);
          last = run.uid[i];
          message(run, i, seq, row, texts[i]);
          texts[i] = null; // a long run holds only what is still to be written
        }
      } finally {
        join(helper);
      }
    }

    /// Whether the message can be answered; if not, that is noted.
    private boolean ready(MessageRow row, MessageTexts texts) {
      if (row != null && previews) {
        try {
          preview = view.account().preview(row);
        } catch (IOException | StoreUnavailable e) {
          LOG.log(WARNING, "message-unreadable email={0}", row.email(), e);
          corrupt |= e instanceof CorruptBlobException;
          unreadable = true;
          return false;
        }
      }
      if (row != null && texts == null) {
        return true;
      }
      MessageTexts.Readiness r =
          row == null ? MessageTexts.Readiness.UNREADABLE : texts.prepare(items, neighbours);
      corrupt |= r == MessageTexts.Readiness.CORRUPT;
      unreadable |= r == MessageTexts.Readiness.UNREADABLE || r == MessageTexts.Readiness.CORRUPT;
      unknownEncoding |= r == MessageTexts.Readiness.UNKNOWN_ENCODING;
      return r == MessageTexts.Readiness.READY;
    }

    private static boolean together(Columns run) {
      long octets = 0;
      for (int i = 0; i < run.count; i++) {
        octets += run.size[i];
      }
      return run.count >= TOGETHER_MIN && octets <= TOGETHER_MAX;
    }

    private void prepare(MessageTexts[] texts, int from, int to) {
      for (int i = from; i < to; i++) {
        if (texts[i] != null) {
          texts[i].prepare(items, laterPart);
        }
      }
    }

    private static void join(Thread helper) {
      boolean interrupted = false;
      while (helper != null && helper.isAlive()) {
        try {
          helper.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }

    /// Sets `\Seen` on those that lack it, durably, and takes the run's flags as they are then.
    private long markSeen(Columns run) {
      UidSet unseen = run.unseen();
      if (unseen.isEmpty()) {
        return box.highestModSeq();
      }
      try {
        Changes.Stored done =
            view.access()
                .store(
                    view.id(),
                    unseen,
                    new FlagChange(FlagChange.Op.ADD, Flags.of(Flags.SEEN)),
                    Long.MAX_VALUE);
        changed = done.changed();
      } catch (StoreUnavailable e) {
        // Reading goes on when writing does not.
        LOG.log(WARNING, "imap-seen-not-set reason={0}", e.getMessage());
        return box.highestModSeq();
      }
      Mailbox now = view.now();
      if (now == null) {
        return box.highestModSeq();
      }
      flags = new FlagWriter(now);
      EntryCursor c = now.entries(run.uids());
      int i = 0;
      while (c.next()) {
        while (run.uid[i] < c.uid()) {
          i++; // expunged meanwhile: its flags stay as they were
        }
        run.setFlags(i, c);
      }
      return now.highestModSeq();
    }

    private void message(Columns run, int i, long seq, MessageRow row, MessageTexts texts)
        throws IOException {
      view.beginFetch(out, run.uid[i], seq);
      boolean first = true;
      if (uid && !s.has(Extension.UIDONLY) && !items.contains(FetchItem.Simple.UID)) {
        out.raw("UID ").number(run.uid[i]); // RFC 3501 §6.4.8
        first = false;
      }
      for (FetchItem item : items) {
        if (!first) {
          out.space();
        }
        first = false;
        switch (item) {
          case FetchItem.Simple p -> simple(p, run, i, row);
          case FetchItem.Text t -> {
            t.writeName(out);
            out.space();
            texts.write(t);
          }
          case FetchItem.BinarySize b -> {
            b.writeName(out);
            out.space();
            texts.write(b);
          }
        }
      }
      if (!tellsFlags && changed.contains(run.uid[i])) {
        // RFC 3501 §6.4.5: flags that change because of the FETCH should be told
        out.raw(" FLAGS ");
        flags(run, i);
      }
      if (s.has(Extension.CONDSTORE) && changed.contains(run.uid[i])) {
        // RFC 7162 §3.2.4: changed flags come with UID and MODSEQ
        if (!uid && !items.contains(FetchItem.Simple.UID)) {
          out.raw(" UID ").number(run.uid[i]);
        }
        if (!items.contains(FetchItem.Simple.MODSEQ)) {
          out.raw(" MODSEQ (").number(run.modSeq[i]).raw(")");
        }
      }
      out.raw(")\r\n");
    }

    private void simple(FetchItem.Simple item, Columns run, int i, MessageRow row)
        throws IOException {
      switch (item) {
        case UID -> out.raw("UID ").number(run.uid[i]);
        case FLAGS -> {
          out.raw("FLAGS ");
          flags(run, i);
        }
        case INTERNALDATE -> out.raw("INTERNALDATE ").raw(date(run.date[i], run.zone[i]));
        case SAVEDATE -> out.raw("SAVEDATE ").raw(date(run.saved[i], 0));
        case EMAILID -> out.raw("EMAILID (" + new EmailId(run.email[i]) + ")");
        case X_GM_MSGID -> out.raw("X-GM-MSGID ").number(run.email[i]);
        case X_GM_THRID -> out.raw("X-GM-THRID ").number(row.thread().value());
        case X_GM_LABELS -> {
          out.raw("X-GM-LABELS ");
          GmailLabels.write(s, view, run.email[i]);
        }
        case THREADID -> out.raw("THREADID (" + row.thread() + ")");
        case MODSEQ -> out.raw("MODSEQ (").number(run.modSeq[i]).raw(")");
        case RFC822_SIZE -> out.raw("RFC822.SIZE ").number(run.size[i]);
        case ENVELOPE -> out.raw("ENVELOPE ").raw(row.envelope());
        case BODY -> out.raw("BODY ").raw(row.body());
        case PREVIEW -> out.raw("PREVIEW ").string(preview);
        case PREVIEW_LAZY -> out.raw("PREVIEW ").nstring(row.preview());
        case BODYSTRUCTURE -> out.raw("BODYSTRUCTURE ").raw(row.bodyStructure());
      }
    }

    private void flags(Columns run, int i) throws IOException {
      flags.write(out, run.flags[i], run.low[i], run.high[i], view.showsRecent(run.uid[i]));
    }

    private static byte[] date(long seconds, int zoneMinutes) {
      return ImapDate.format(
          OffsetDateTime.ofInstant(
              Instant.ofEpochSecond(seconds), ZoneOffset.ofTotalSeconds(zoneMinutes * 60)));
    }
  }
}
