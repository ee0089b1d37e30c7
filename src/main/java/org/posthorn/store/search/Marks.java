package org.posthorn.store.search;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.TermsEnum;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;

/// Reads marks and looks for messages by their id.
final class Marks {
  private Marks() {}

  /// UIDs below are in the index; 0 if there is no mark.
  static long of(IndexReader reader, long account, int mailbox) throws IOException {
    BytesRef key = Entry.mark(account, mailbox);
    for (LeafReaderContext leaf : reader.leaves()) {
      TermsEnum terms = terms(leaf.reader(), Entry.MARK);
      if (terms == null || !terms.seekExact(key)) continue;
      int doc = live(leaf.reader(), terms);
      if (doc != DocIdSetIterator.NO_MORE_DOCS) return uid(leaf.reader(), doc);
    }
    return 0;
  }

  /// The marks of an account by mailbox.
  static Map<Integer, Long> all(IndexReader reader, long account) throws IOException {
    BytesRef prefix = Entry.account(account);
    Map<Integer, Long> all = new HashMap<>();
    for (LeafReaderContext leaf : reader.leaves()) {
      TermsEnum terms = terms(leaf.reader(), Entry.MARK);
      if (terms == null || terms.seekCeil(prefix) == TermsEnum.SeekStatus.END) continue;
      BytesRef term = terms.term();
      while (term != null && StringHelper.startsWith(term, prefix)) {
        int doc = live(leaf.reader(), terms);
        if (doc != DocIdSetIterator.NO_MORE_DOCS) all.put(mailbox(term), uid(leaf.reader(), doc));
        term = terms.next();
      }
    }
    return all;
  }

  private static int mailbox(BytesRef key) {
    int n = 0;
    for (int i = Long.BYTES; i < key.length; i++) n = n << 8 | key.bytes[key.offset + i] & 0xFF;
    return n;
  }

  /// Marks those of `emails` that have a document.
  static void known(IndexReader reader, long account, long[] emails, boolean[] known)
      throws IOException {
    for (LeafReaderContext leaf : reader.leaves()) {
      TermsEnum terms = terms(leaf.reader(), Entry.ID);
      if (terms == null) continue;
      for (int i = 0; i < known.length; i++) {
        if (known[i] || !terms.seekExact(Entry.id(account, emails[i]))) continue;
        known[i] = live(leaf.reader(), terms) != DocIdSetIterator.NO_MORE_DOCS;
      }
    }
  }

  private static TermsEnum terms(LeafReader reader, String field) throws IOException {
    Terms terms = reader.terms(field);
    return terms == null ? null : terms.iterator();
  }

  /// The first document of a term that has not been deleted.
  private static int live(LeafReader reader, TermsEnum terms) throws IOException {
    Bits live = reader.getLiveDocs();
    PostingsEnum docs = terms.postings(null, PostingsEnum.NONE);
    int doc = docs.nextDoc();
    while (doc != DocIdSetIterator.NO_MORE_DOCS && live != null && !live.get(doc)) {
      doc = docs.nextDoc();
    }
    return doc;
  }

  private static long uid(LeafReader reader, int doc) throws IOException {
    NumericDocValues uids = reader.getNumericDocValues(Entry.UID);
    return uids != null && uids.advanceExact(doc) ? uids.longValue() : 0;
  }
}
