package org.posthorn.store.search;

import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.CollectorManager;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.SimpleCollector;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;
import org.posthorn.mime.FoldedText;

/// Asks an index which messages may contain a string: those that have all its [Grams], and those
/// not wholly indexed. Of a word, those that have it among their [Words] do contain it.
final class Asking {
  private Asking() {}

  static Found find(IndexSearcher searcher, long account, int mailbox, Sought sought)
      throws IOException {
    // From the same moment as the answer, so that what it lacks is really not there.
    long mark = Marks.of(searcher.getIndexReader(), account, mailbox);
    Query may = mark == 0 ? null : mayContain(sought);
    if (may == null) return new Found(mark, null, Found.NONE);
    Query mayOrUnknown =
        new BooleanQuery.Builder()
            .add(may, BooleanClause.Occur.SHOULD)
            .add(has(Entry.PART, Entry.YES), BooleanClause.Occur.SHOULD)
            .build();
    long[] certain = Found.NONE;
    if (sought.where() != Sought.Where.HEADER && Words.isWord(sought.text())) {
      certain = emails(searcher, account, has(Entry.WORD, new BytesRef(sought.text())));
    }
    return new Found(mark, emails(searcher, account, mayOrUnknown), certain);
  }

  private static long[] emails(IndexSearcher searcher, long account, Query query)
      throws IOException {
    Query both =
        new BooleanQuery.Builder()
            .add(has(Entry.ACCOUNT, Entry.account(account)), BooleanClause.Occur.FILTER)
            .add(query, BooleanClause.Occur.FILTER)
            .build();
    return searcher.search(both, new Emails());
  }

  /// Null if the string is too short to tell anything.
  private static Query mayContain(Sought sought) {
    return switch (sought.where()) {
      case BODY -> all(Entry.BODY, sought.text());
      case TEXT -> {
        Query header = all(Entry.HEADER, sought.text());
        Query body = all(Entry.BODY, sought.text());
        yield header == null
            ? null
            : new BooleanQuery.Builder()
                .add(header, BooleanClause.Occur.SHOULD)
                .add(body, BooleanClause.Occur.SHOULD)
                .build();
      }
      case HEADER -> header(sought);
    };
  }

  private static Query header(Sought sought) {
    String own = Entry.ownField(sought.name());
    if (own != null && !sought.text().isEmpty()) return all(own, sought.text());
    // A field is indexed with its name before it. Only ASCII is the same in any case and folded.
    boolean ascii = sought.name().chars().allMatch(c -> c < 0x80);
    Query name = ascii ? all(Entry.HEADER, FoldedText.of(sought.name() + ": ")) : null;
    Query text = all(Entry.HEADER, sought.text());
    if (name == null || text == null) return name == null ? text : name;
    return new BooleanQuery.Builder()
        .add(name, BooleanClause.Occur.FILTER)
        .add(text, BooleanClause.Occur.FILTER)
        .build();
  }

  private static Query all(String field, String text) {
    List<BytesRef> grams = Grams.of(text);
    if (grams.isEmpty()) return null;
    BooleanQuery.Builder all = new BooleanQuery.Builder();
    for (BytesRef gram : grams) all.add(has(field, gram), BooleanClause.Occur.FILTER);
    return all.build();
  }

  private static Query has(String field, BytesRef term) {
    return new TermQuery(new Term(field, term));
  }

  /// Collects the emails of documents, in ascending order.
  private static final class Emails implements CollectorManager<Emails.Some, long[]> {
    @Override
    public Some newCollector() {
      return new Some();
    }

    @Override
    public long[] reduce(Collection<Some> some) {
      int n = 0;
      for (Some s : some) n += s.count;
      long[] all = new long[n];
      n = 0;
      for (Some s : some) {
        System.arraycopy(s.emails, 0, all, n, s.count);
        n += s.count;
      }
      Arrays.sort(all);
      return all;
    }

    private static final class Some extends SimpleCollector {
      private long[] emails = new long[64];
      private int count;
      private NumericDocValues values;

      @Override
      protected void doSetNextReader(LeafReaderContext leaf) throws IOException {
        values = leaf.reader().getNumericDocValues(Entry.EMAIL);
      }

      @Override
      public void collect(int doc) throws IOException {
        if (values == null || !values.advanceExact(doc)) return;
        if (count == emails.length) emails = Arrays.copyOf(emails, 2 * count);
        emails[count++] = values.longValue();
      }

      @Override
      public ScoreMode scoreMode() {
        return ScoreMode.COMPLETE_NO_SCORES;
      }
    }
  }
}
