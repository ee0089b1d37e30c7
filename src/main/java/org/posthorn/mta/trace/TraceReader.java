package org.posthorn.mta.trace;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.Row;

/// Finds stories. Any thread, beside the one that writes; what still waits to be written is not
/// found: [Trace#flush] first.
public final class TraceReader {
  /// Messages told at most.
  public static final int MESSAGES_MAX = 1_000;

  /// Events of all messages told at most.
  private static final int EVENTS_MAX = 50_000;

  /// Messages looked at for one term at most.
  private static final int CANDIDATES_MAX = 20_000;

  /// Keys of the index read at a time, and rows of events, which may be long.
  private static final int KEYS = 256;

  private static final int ROWS = 64;

  private static final String IPV6 = "ipv6:";

  private final Kv kv;

  public TraceReader(Kv kv) {
    this.kv = kv;
  }

  /// The messages that a Message-ID, an address, a queue id or an IP address leads to.
  ///
  /// @param since only those to which something happened since then; null for all
  /// @param limit so many, the newest; at most [#MESSAGES_MAX]
  public Found find(String text, Instant since, int limit) {
    Search search = new Search(since, Math.clamp(limit, 1, MESSAGES_MAX));
    String bare = bare(text.strip());
    if (bare.isEmpty()) {
      return new Found(List.of(), false);
    }
    QueueId id = bare.indexOf('@') < 0 ? QueueId.parse(bare) : null;
    if (id != null) {
      search.look(id, null);
    }
    for (Term term : terms(bare)) {
      search.look(term);
    }
    return search.found();
  }

  private static String bare(String text) {
    boolean angles = text.startsWith("<") && text.endsWith(">");
    boolean brackets = text.startsWith("[") && text.endsWith("]");
    if (text.length() < 2 || !angles && !brackets) {
      return text;
    }
    String inside = text.substring(1, text.length() - 1);
    boolean ipv6 = brackets && inside.regionMatches(true, 0, IPV6, 0, IPV6.length());
    return ipv6 ? inside.substring(IPV6.length()) : inside;
  }

  private static Set<Term> terms(String text) {
    EmailAddress address = EmailAddress.parse(text);
    Set<Term> terms = new LinkedHashSet<>();
    terms.add(Term.messageId(text));
    terms.add(Term.address(address == null ? text : address.toString()));
    terms.add(Term.host(text));
    return terms;
  }

  /// One search: what it found so far, the newest first.
  private final class Search {
    private final Instant since;
    private final int limit;
    private final TreeMap<QueueId, Found.Message> found = new TreeMap<>(Comparator.reverseOrder());
    private int events;
    private boolean more;

    Search(Instant since, int limit) {
      this.since = since;
      this.limit = limit;
    }

    /// The newest messages of a term, as many as are wanted.
    void look(Term term) {
      byte[] hash = term.hash();
      byte[] from = TraceKeys.term(hash, Long.MAX_VALUE);
      int wanted = limit;
      for (int seen = 0; seen < CANDIDATES_MAX; ) {
        List<Row> keys = kv.scanLocal(from, TraceKeys.termEnd(hash), KEYS);
        for (Row key : keys) {
          if (wanted == 0) {
            more = true;
            return;
          }
          if (look(TraceKeys.idOf(key.key()), term)) {
            wanted--;
          }
        }
        if (keys.size() < KEYS) {
          return;
        }
        seen += keys.size();
        from = TraceKeys.behind(keys.getLast().key());
      }
      more = true;
    }

    /// Whether that message is one of those that are looked for, and new here.
    ///
    /// @param term null if the id itself was asked for
    boolean look(QueueId id, Term term) {
      if (found.containsKey(id) || events >= EVENTS_MAX) {
        more |= events >= EVENTS_MAX;
        return false;
      }
      List<Event> story = read(id);
      boolean fits = !story.isEmpty() && (term == null || has(story, term)) && isRecent(story);
      if (fits) {
        found.put(id, new Found.Message(id, story));
        events += story.size();
      }
      return fits;
    }

    private boolean isRecent(List<Event> story) {
      return since == null || !story.getLast().at().isBefore(since);
    }

    private List<Event> read(QueueId id) {
      List<Event> story = new ArrayList<>();
      byte[] from = TraceKeys.from(id.value());
      byte[] end = TraceKeys.from(id.value() + 1);
      while (true) {
        List<Row> rows = kv.scanLocal(from, end, ROWS);
        rows.forEach(r -> add(story, r));
        if (story.size() >= EVENTS_MAX) {
          more = true;
          break;
        }
        if (rows.size() < ROWS) {
          break;
        }
        from = TraceKeys.behind(rows.getLast().key());
      }
      // Stable: what came in one millisecond stays in the order in which it was noted.
      story.sort(Comparator.comparing(Event::at));
      return story;
    }

    private void add(List<Event> story, Row row) {
      try {
        if (TraceKeys.isEvents(row.key())) {
          story.addAll(TraceRow.decode(row.value()));
        }
      } catch (IllegalArgumentException e) {
        story.add(
            new Event(
                Instant.ofEpochMilli(TraceKeys.millis(row.key())),
                Kind.REMARK,
                "",
                "",
                "",
                "what was noted here cannot be read: " + e.getMessage(),
                null));
      }
    }

    private boolean has(List<Event> story, Term term) {
      for (Event e : story) {
        if (TraceSize.terms(List.of(e)).contains(term)) {
          return true;
        }
      }
      return false;
    }

    Found found() {
      List<Found.Message> newest = found.values().stream().limit(limit).toList();
      return new Found(newest.reversed(), more || found.size() > limit);
    }
  }
}
