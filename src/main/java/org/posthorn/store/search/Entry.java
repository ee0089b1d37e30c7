package org.posthorn.store.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.BytesTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.util.BytesRef;
import org.posthorn.mime.FoldedText;
import org.posthorn.mime.MessageText;

/// Makes documents: what the index holds of one message. Used again for the next; one thread.
///
/// | field | terms | value |
/// |---|---|---|
/// | `id` | account and email | |
/// | `account` | account | |
/// | `email` | | email |
/// | `body`, `header`, `subject`, `from`, `to`, `cc`, `bcc` | [Grams] | |
/// | `word` | [Words] of the body | |
/// | `part` | one, if the message is not wholly indexed | |
/// | `mark` | account and mailbox | |
/// | `uid` | | of a mark: UIDs below are in the index |
final class Entry {
  static final String ID = "id";
  static final String ACCOUNT = "account";
  static final String EMAIL = "email";
  static final String BODY = "body";
  static final String HEADER = "header";
  static final String WORD = "word";
  static final String PART = "part";
  static final String MARK = "mark";
  static final String UID = "uid";
  static final BytesRef YES = new BytesRef("1");

  /// Header fields with an index of their own.
  private static final List<String> FIELDS = List.of("subject", "from", "to", "cc", "bcc");

  private static final FieldType TERM = type(false);
  private static final FieldType TERMS = type(true);

  private final Grams body = new Grams();
  private final Words words = new Words();
  private final Grams header = new Grams();
  private final List<Grams> fields = new ArrayList<>();

  Entry() {
    for (int i = 0; i < FIELDS.size(); i++) fields.add(new Grams());
  }

  private static FieldType type(boolean tokenized) {
    FieldType t = new FieldType();
    t.setIndexOptions(IndexOptions.DOCS);
    t.setOmitNorms(true);
    t.setTokenized(tokenized);
    t.freeze();
    return t;
  }

  /// The index field of a header field that has one of its own, else null.
  static String ownField(String name) {
    String field = name.toLowerCase(Locale.ROOT);
    return FIELDS.contains(field) ? field : null;
  }

  static BytesRef account(long account) {
    return key(account, 0, 0);
  }

  static BytesRef id(long account, long email) {
    return key(account, email, Long.BYTES);
  }

  static BytesRef mark(long account, int mailbox) {
    return key(account, (long) mailbox << 32, Integer.BYTES);
  }

  private static BytesRef key(long account, long more, int octets) {
    byte[] b = new byte[Long.BYTES + octets];
    for (int i = 0; i < Long.BYTES; i++) b[i] = (byte) (account >>> 56 - 8 * i);
    for (int i = 0; i < octets; i++) b[Long.BYTES + i] = (byte) (more >>> 56 - 8 * i);
    return new BytesRef(b);
  }

  /// The mark of a mailbox.
  static Document ofMark(long account, int mailbox, long uid) {
    Document d = new Document();
    d.add(new Field(MARK, mark(account, mailbox), TERM));
    d.add(new Field(ACCOUNT, account(account), TERM));
    d.add(new NumericDocValuesField(UID, uid));
    return d;
  }

  /// The message; valid until the next call. One that cannot be read is not wholly indexed.
  Document of(long account, long email, MessageText text) {
    clear();
    Document d = new Document();
    d.add(new Field(ID, id(account, email), TERM));
    d.add(new Field(ACCOUNT, account(account), TERM));
    d.add(new NumericDocValuesField(EMAIL, email));
    boolean whole;
    try {
      whole = read(text);
    } catch (IOException e) {
      whole = false; // who searches will read it again, and say so
    }
    if (!whole) d.add(new Field(PART, YES, TERM));
    add(d, BODY, body);
    if (!words.all().isEmpty()) d.add(new Field(WORD, new WordTerms(words.all()), TERMS));
    add(d, HEADER, header);
    for (int i = 0; i < FIELDS.size(); i++) add(d, FIELDS.get(i), fields.get(i));
    return d;
  }

  private void clear() {
    body.clear();
    words.clear();
    header.clear();
    for (Grams g : fields) g.clear();
  }

  private boolean read(MessageText text) throws IOException {
    for (MessageText.Field f : text.fields()) {
      header.begin();
      header.take(f.line());
      String own = ownField(f.name());
      if (own != null) {
        Grams grams = fields.get(FIELDS.indexOf(own));
        grams.begin();
        grams.take(f.value());
      }
    }
    text.body(new OfBody());
    boolean whole = body.whole() && header.whole();
    for (Grams g : fields) whole &= g.whole();
    return whole;
  }

  private static void add(Document d, String field, Grams grams) {
    if (grams.count() > 0) d.add(new Field(field, new GramTerms(grams), TERMS));
  }

  /// Reads for both.
  private final class OfBody implements FoldedText.Taker {
    @Override
    public void begin() {
      words.begin();
      body.begin();
    }

    @Override
    public boolean take(String piece) {
      words.take(piece);
      return body.take(piece);
    }
  }

  private static final class WordTerms extends TokenStream {
    private final Set<String> words;
    private final BytesTermAttribute term = addAttribute(BytesTermAttribute.class);
    private Iterator<String> next;

    WordTerms(Set<String> words) {
      this.words = words;
    }

    @Override
    public void reset() {
      next = words.iterator();
    }

    @Override
    public boolean incrementToken() {
      if (!next.hasNext()) return false;
      term.setBytesRef(new BytesRef(next.next()));
      return true;
    }
  }

  /// Grams as terms, without going through text.
  private static final class GramTerms extends TokenStream {
    private final Grams grams;
    private final BytesRef gram = new BytesRef();
    private final BytesTermAttribute term = addAttribute(BytesTermAttribute.class);
    private Grams.Walk walk;

    GramTerms(Grams grams) {
      this.grams = grams;
    }

    @Override
    public void reset() {
      walk = grams.new Walk();
    }

    @Override
    public boolean incrementToken() {
      if (!walk.next(gram)) return false;
      term.setBytesRef(gram);
      return true;
    }
  }
}
