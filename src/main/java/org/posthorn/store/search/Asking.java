package org.posthorn.store.search;

import java.io.IOException;
import java.util.ArrayList;
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
    List<List<Term>> ways = mark == 0 ? null : ways(sought);
    if (ways == null) return new Found(mark, null, Found.NONE);
    long[] possible = emails(searcher, account, ways);
    long[] certain = Found.NONE;
    if (sought.where() != Sought.Where.HEADER && Words.isWord(sought.text())) {
      Term word = new Term(Entry.WORD, new BytesRef(sought.text()));
      certain = emails(searcher, account, List.of(List.of(word)));
    }
    return new Found(mark, possible, certain);
  }

  /// Ways in which a message may contain the string: it has all terms of one of them. Null if the
  /// string is too short to tell anything.
  private static List<List<Term>> ways(Sought sought) {
    List<Term> header =
        switch (sought.where()) {
          case BODY -> null;
          case TEXT -> grams(Entry.HEADER, sought.text());
          case HEADER -> header(sought);
        };
    List<Term> body =
        sought.where() == Sought.Where.HEADER ? null : grams(Entry.BODY, sought.text());
    List<List<Term>> ways = new ArrayList<>();
    for (List<Term> way : Arrays.asList(header, body)) {
      if (way == null) continue;
      if (way.isEmpty()) return null;
      ways.add(way);
    }
    ways.add(List.of(new Term(Entry.PART, Entry.YES)));
    return ways;
  }

  private static List<Term> header(Sought sought) {
    String own = Entry.ownField(sought.name());
    if (own != null && !sought.text().isEmpty()) return grams(own, sought.text());
    List<Term> all = grams(Entry.HEADER, sought.text());
    // A field is indexed with its name before it. Only ASCII is the same in any case and folded.
    if (sought.name().chars().allMatch(c -> c < 0x80)) {
      all.addAll(grams(Entry.HEADER, FoldedText.of(sought.name() + ": ")));
    }
    return all;
  }

  private static List<Term> grams(String field, String text) {
    List<Term> all = new ArrayList<>();
    for (BytesRef gram : Grams.of(text)) all.add(new Term(field, gram));
    return all;
  }

  /// Emails of the account that have all terms of a way, ascending; one may be there twice.
  private static long[] emails(IndexSearcher searcher, long account, List<List<Term>> ways)
      throws IOException {
    Term owner = new Term(Entry.ACCOUNT, Entry.account(account));
    long[] all = Found.NONE;
    for (List<Term> way : ways) {
      // One conjunction at a time: Lucene has a short way for those that are nothing else.
      BooleanQuery.Builder both = new BooleanQuery.Builder();
      for (Term t : way) both.add(new TermQuery(t), BooleanClause.Occur.FILTER);
      both.add(new TermQuery(owner), BooleanClause.Occur.FILTER);
      long[] more = searcher.search(both.build(), new Emails());
      if (more.length == 0) continue;
      long[] longer = Arrays.copyOf(all, all.length + more.length);
      System.arraycopy(more, 0, longer, all.length, more.length);
      all = longer;
    }
    Arrays.sort(all);
    return all;
  }

  /// Collects the emails of documents.
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
