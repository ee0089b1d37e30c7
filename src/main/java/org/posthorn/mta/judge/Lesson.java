package org.posthorn.mta.judge;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.Headers;
import org.posthorn.mime.MimeScanner;
import org.posthorn.store.Account;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Flags;
import org.posthorn.store.Mailbox;
import org.posthorn.store.MessageRow;
import org.posthorn.store.SpecialUse;
import org.posthorn.store.UidSet;

/// Learns what is new in one account since a MODSEQ.
///
/// What a user says by moving and marking, in this order:
///
/// - the keyword `$Junk` or `$NotJunk` says it in words;
/// - a message in Junk is spam, unless it was we who put it there: we do not learn from ourselves;
/// - one that was in Junk, by us or by him, and is elsewhere now, is not;
/// - one that he has read and left where it was is not, which counts for little; until he puts it
///   into the trash.
///
/// A message counts once, whatever is done with it: a mark keeps what it has taught, which is taken
/// back before it teaches the contrary.
final class Lesson {
  private static final System.Logger LOG = System.getLogger("posthorn.judge");

  private static final String JUNK = "$junk"; // as keywords compare
  private static final String NOT_JUNK = "$notjunk";
  private static final byte FORMAT = 1;

  /// Of an account that was never looked at, so many of the last changes are.
  private static final long FIRST_LOOK = 1000;

  /// Messages of one look that are learned because they were read, and because they were moved or
  /// marked: whoever marks a whole mailbox teaches no more by the rest of it.
  private static final int READS_MAX = 300;

  private static final int MOVES_MAX = 5000;

  /// A cursor that is so far behind is written though nothing was learned.
  private static final long CURSOR_LAG = 10_000;

  // Rows of marks, each with so many: the oldest messages are forgotten, and may teach once more.
  private static final int MARK_ROWS = 64;
  private static final int MARKS_MAX = 512;

  // Numbers of a mark.
  private static final int SIDE = 0;
  private static final int STEP = 1; // zigzag
  private static final int MARK_NUMBERS = 2;

  // What a message was taken for.
  private static final int NOTHING = 0;
  static final int SPAM = 1;
  static final int GOOD = 2;
  static final int READ = 3;

  // Where the logit of a message is moved to, and how far at once.
  private static final double SPAM_AIM = 3;
  private static final double GOOD_AIM = -2;
  private static final double READ_AIM = -1;
  private static final double SPAM_STEP_MAX = 5;
  private static final double GOOD_STEP_MAX = 9;
  private static final double READ_STEP_MAX = 1.5;
  private static final double STEP_MIN = 0.3;

  /// Ids grow with time, so older messages have lower ones.
  private static final Comparator<Map.Entry<Long, int[]>> OLDEST =
      (a, b) -> Long.compareUnsigned(a.getKey(), b.getKey());

  /// What a mailbox is for its owner.
  private enum Role {
    JUNK,
    TRASH,
    /// What he writes himself.
    OWN,
    OTHER
  }

  private final Account account;
  private final Models models;
  private final int today;
  private final Map<Integer, Notes> marks = new HashMap<>();
  private final Map<Integer, Notes> known = new HashMap<>();
  private final Set<Integer> changedMarks = new HashSet<>();
  private final Set<Integer> changedKnown = new HashSet<>();
  private int reads;
  private int moves;
  private AccountModel model; // a copy, from when something is learned

  /// @param today days since 1970
  Lesson(Account account, Models models, int today) {
    this.account = account;
    this.models = models;
    this.today = today;
  }

  /// @param since MODSEQ up to which was looked; null if that is not known
  /// @return up to which is now
  long run(Long since) {
    long upTo = account.modSeq(); // what comes later is looked at later
    long written = written();
    long from = since != null ? since : written >= 0 ? written : Math.max(0, upTo - FIRST_LOOK);
    if (upTo <= from) {
      return from;
    }
    List<Mailbox> boxes = account.mailboxes();
    boolean junkChanged =
        boxes.stream().anyMatch(b -> role(b) == Role.JUNK && b.highestModSeq() > from);
    for (Mailbox box : boxes) {
      if (box.highestModSeq() > from && role(box) != Role.OWN) {
        look(box, from, junkChanged);
      }
    }
    save(upTo, written);
    return upTo;
  }

  private static Role role(Mailbox box) {
    Set<SpecialUse> use = box.specialUse();
    if (use.contains(SpecialUse.JUNK)) {
      return Role.JUNK;
    } else if (use.contains(SpecialUse.TRASH)) {
      return Role.TRASH;
    }
    return use.contains(SpecialUse.SENT) || use.contains(SpecialUse.DRAFTS) ? Role.OWN : Role.OTHER;
  }

  /// @param all also what is unread: it may come out of Junk
  private void look(Mailbox box, long from, boolean all) {
    Role role = role(box);
    int junk = keyword(box, JUNK);
    int notJunk = keyword(box, NOT_JUNK);
    EntryCursor c = box.changedSince(UidSet.ALL, from);
    while (c.next()) {
      boolean saysJunk = has(c, junk);
      boolean saysNot = has(c, notJunk);
      int flags = c.systemFlags();
      if ((flags & Flags.DELETED) != 0) {
        continue; // on its way to somewhere else, or gone
      }
      boolean read = (flags & (Flags.SEEN | Flags.ANSWERED)) != 0;
      if (saysJunk != saysNot || role != Role.OTHER || read || all) {
        int said = saysJunk == saysNot ? NOTHING : saysJunk ? SPAM : GOOD;
        entry(c.emailId(), role, said, flags);
      }
    }
  }

  private static int keyword(Mailbox box, String name) {
    List<String> keywords = box.keywords();
    for (int i = 0; i < keywords.size(); i++) {
      if (keywords.get(i).toLowerCase(Locale.ROOT).equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean has(EntryCursor c, int keyword) {
    return keyword >= 0
        && (keyword < 64
            ? (c.keywordsLow() >>> keyword & 1) != 0
            : (c.keywordsHigh() >>> keyword - 64 & 1) != 0);
  }

  /// @param said by keywords: [#SPAM], [#GOOD] or [#NOTHING]
  private void entry(long email, Role role, int said, int flags) {
    int[] mark = marksOf(email).get(email);
    int before = mark == null ? NOTHING : mark[SIDE];
    if (said != NOTHING && said == before) {
      return;
    }
    if (role == Role.TRASH && said == NOTHING) {
      if (before == READ) {
        take(email, NOTHING, null);
      }
      return;
    }
    if (said == NOTHING && role == Role.JUNK && before == SPAM) {
      return;
    }
    boolean beyond =
        said == NOTHING && before == NOTHING && role == Role.OTHER
            ? ++reads > READS_MAX
            : ++moves > MOVES_MAX;
    MessageRow row = beyond ? null : account.message(email);
    if (row == null) {
      return;
    }
    boolean byUs = VerdictLine.junk(row.head());
    int now = said != NOTHING ? said : side(role, before, byUs, flags);
    if (now != before && now != NOTHING) {
      take(email, now, row);
    }
    if ((flags & Flags.ANSWERED) != 0 && role == Role.OTHER) {
      note(row, GOOD);
    }
  }

  private static int side(Role role, int before, boolean byUs, int flags) {
    if (role == Role.JUNK) {
      return before == NOTHING && byUs ? NOTHING : SPAM;
    }
    if (before == SPAM || before == NOTHING && byUs) {
      return GOOD;
    }
    return before == NOTHING && (flags & (Flags.SEEN | Flags.ANSWERED)) != 0 ? READ : before;
  }

  // --- what is learned

  /// Takes back what the message has taught, and learns it as something else.
  ///
  /// @param row null if it is not at hand
  private void take(long email, int side, MessageRow row) {
    MessageRow message = row != null ? row : account.message(email);
    Features f = message == null ? null : features(message);
    if (f == null) {
      return;
    }
    if (model == null) {
      model = models.of(account).copy();
    }
    Notes notes = marksOf(email);
    int[] mark = notes.get(email);
    if (mark != null && mark[STEP] != 0) {
      model.add(f, -unzigzag(mark[STEP]));
    }
    int step = (int) Math.round(step(side, models.logit(f, model)) * AccountModel.UNIT);
    if (step != 0) {
      model.add(f, step);
    }
    changedMarks.add(markRow(email));
    if (side == NOTHING || side == READ && step == 0) {
      notes.remove(email);
    } else {
      mark = notes.make(email);
      mark[SIDE] = side;
      mark[STEP] = step << 1 ^ step >> 31;
    }
    if (side != NOTHING) {
      note(message, side);
    }
  }

  private static int unzigzag(int n) {
    return n >>> 1 ^ -(n & 1);
  }

  /// How far the logit of a message is moved.
  static double step(int side, double logit) {
    return switch (side) {
      case SPAM -> Math.clamp(SPAM_AIM - logit, STEP_MIN, SPAM_STEP_MAX);
      case GOOD -> Math.clamp(GOOD_AIM - logit, -GOOD_STEP_MAX, -STEP_MIN);
      case READ -> Math.clamp(READ_AIM - logit, -READ_STEP_MAX, 0);
      default -> 0;
    };
  }

  private Features features(MessageRow row) {
    try {
      Headers headers = headers(row);
      return FeatureReader.read(headers, row.structure(), (from, n) -> account.read(row, from, n));
    } catch (IOException e) {
      LOG.log(WARNING, "not-learned account={0} reason={1}", account.id(), e.toString());
      return null;
    }
  }

  /// Those behind our own lines.
  private Headers headers(MessageRow row) throws IOException {
    long from = row.head().length;
    long length = Math.min(row.structure().bodyStart() - from, MimeScanner.MAX_HEADER_BYTES);
    return length <= 0
        ? Headers.NONE
        : MimeScanner.scan(account.bytes(row, from, (int) length)).headers();
  }

  /// Notes what was done with mail of its author, if it is proven to be his.
  private void note(MessageRow row, int side) {
    EmailAddress author = proven(row);
    if (author == null) {
      return;
    }
    long key = Known.key(author);
    int number = Known.row(key);
    Notes notes = known.computeIfAbsent(number, n -> read(Known.notes(), Experience.knownRow(n)));
    int[] note = notes.make(key);
    switch (side) {
      case SPAM -> Known.junked(note, today);
      case GOOD -> Known.kept(note, today);
      default -> Known.read(note, today);
    }
    changedKnown.add(number);
  }

  /// The author, if our own lines say that his domain stood for the message; else null.
  private EmailAddress proven(MessageRow row) {
    List<String> results = MimeScanner.scan(row.head()).headers().every("Authentication-Results");
    if (results.isEmpty()) {
      return null;
    }
    try {
      List<EmailAddress> authors = RuleJudge.authors(headers(row));
      EmailAddress one = authors.size() == 1 ? authors.getFirst() : null;
      boolean stands =
          one != null && results.stream().anyMatch(r -> Sealed.passes(r, one.domain()));
      return stands ? one : null;
    } catch (IOException e) {
      return null;
    }
  }

  // --- rows

  private Notes marksOf(long email) {
    return marks.computeIfAbsent(
        markRow(email),
        n -> read(new Notes(MARK_NUMBERS, MARKS_MAX, OLDEST), Experience.markRow(n)));
  }

  private static int markRow(long email) {
    return (int) (email * 0x9e3779b97f4a7c15L >>> 32 & MARK_ROWS - 1);
  }

  private Notes read(Notes empty, String id) {
    try {
      return empty.read(account.record(Experience.KIND, id));
    } catch (IllegalArgumentException e) {
      LOG.log(WARNING, "notes-damaged account={0} row={1}", account.id(), id);
      return empty;
    }
  }

  /// -1 if there is none.
  private long written() {
    byte[] row = account.record(Experience.KIND, Experience.CURSOR);
    return row == null || row.length != 1 + Long.BYTES || row[0] != FORMAT
        ? -1
        : ByteBuffer.wrap(row, 1, Long.BYTES).getLong();
  }

  /// All of it in one commit.
  private void save(long upTo, long written) {
    Map<String, byte[]> rows = new HashMap<>();
    changedMarks.forEach(n -> rows.put(Experience.markRow(n), marks.get(n).row()));
    changedKnown.forEach(n -> rows.put(Experience.knownRow(n), known.get(n).row()));
    if (model != null) {
      model.changed().forEach((n, row) -> rows.put(Experience.modelRow(n), row));
    }
    if (rows.isEmpty() && upTo - Math.max(0, written) < CURSOR_LAG) {
      return;
    }
    rows.put(
        Experience.CURSOR, ByteBuffer.allocate(1 + Long.BYTES).put(FORMAT).putLong(upTo).array());
    account.putRecords(Experience.KIND, rows);
    if (model != null) {
      models.put(account.id(), model);
    }
  }
}
