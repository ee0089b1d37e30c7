package org.posthorn.store.search;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.NoLockFactory;

/// One Lucene index: the messages of some accounts, and for each of their mailboxes a mark that
/// says how far it has got.
///
/// The marks are documents like the others, written after the messages they speak of. So whoever
/// sees a mark sees these messages, whether he reads what is committed after a crash or what was
/// refreshed a moment ago; and an index that is lost has lost its marks, too.
///
/// Opened when first needed. When Lucene fails it is closed, and opened again as it was committed
/// last; when its files are damaged they are deleted, and it begins empty. Both raise [#openings],
/// which tells the feeder to look what is missing now.
///
/// Platform threads only, for all this reads and writes files. One thread feeds; any asks.
final class Shard {
  private static final System.Logger LOG = System.getLogger("posthorn.search");

  /// What documents are made of. Where this changes the index is made anew. Folding comes from the
  /// JDK, so another one counts as a change.
  static final String SCHEME = "2/" + Runtime.version().feature();

  private static final String SCHEME_KEY = "scheme";

  /// Merges may wait for the one that is done.
  private static final int MERGES_WAITING_MAX = 6;

  // Strongly held, or its level would be forgotten. Lucene tells there what we know: that this JVM
  // has no vector module, which only searching by vectors would want.
  private static final Logger LUCENE = Logger.getLogger("org.apache.lucene");

  static {
    LUCENE.setLevel(Level.OFF);
  }

  private record MarkKey(long account, int mailbox) {}

  private final Path path;
  private final double bufferMegabytes;
  private final Map<MarkKey, Long> marked = new HashMap<>(); // guarded by this: since the refresh
  private Directory directory; // guarded by this
  private IndexWriter writer; // guarded by this; null: not open
  private volatile SearcherManager searchers; // null: not open
  private volatile int openings;
  private boolean closed; // guarded by this
  private int unseen; // guarded by this: documents added since the refresh
  private int uncommitted; // guarded by this: documents added since the commit

  Shard(Path path, long bufferBytes) {
    this.path = path;
    this.bufferMegabytes = bufferBytes / 1048576.0;
  }

  /// How often it has been opened. Another value than before: what was fed may be gone.
  int openings() {
    return openings;
  }

  // ---- opening and failing

  private synchronized SearcherManager open() throws IOException {
    if (searchers != null) return searchers;
    if (closed) throw new IOException("closed");
    directory = FSDirectory.open(path, NoLockFactory.INSTANCE); // the data directory has its lock
    try {
      if (!known()) wipe();
      start();
    } catch (IOException | RuntimeException e) {
      // A missing file, a format of long ago, an octet that is wrong: the messages are elsewhere.
      LOG.log(WARNING, "search-index-unreadable path={0} reason={1}", path, e.toString());
      stop();
      directory = FSDirectory.open(path, NoLockFactory.INSTANCE);
      wipe();
      start();
    }
    openings++;
    return searchers;
  }

  private boolean known() throws IOException {
    if (!DirectoryReader.indexExists(directory)) return true;
    Map<String, String> data = SegmentInfos.readLatestCommit(directory).getUserData();
    return SCHEME.equals(data.get(SCHEME_KEY));
  }

  private void wipe() throws IOException {
    String[] files = directory.listAll();
    if (files.length > 0) LOG.log(INFO, "search-index-anew path={0}", path);
    for (String file : files) directory.deleteFile(file);
  }

  private void start() throws IOException {
    ConcurrentMergeScheduler merges = new ConcurrentMergeScheduler();
    merges.setMaxMergesAndThreads(MERGES_WAITING_MAX, 1);
    writer =
        new IndexWriter(
            directory,
            new IndexWriterConfig(null)
                .setRAMBufferSizeMB(bufferMegabytes)
                .setMergeScheduler(merges)
                .setCommitOnClose(false));
    writer.setLiveCommitData(Map.of(SCHEME_KEY, SCHEME).entrySet());
    searchers =
        new SearcherManager(
            writer,
            new SearcherFactory() {
              @Override
              public IndexSearcher newSearcher(
                  org.apache.lucene.index.IndexReader reader,
                  org.apache.lucene.index.IndexReader before) {
                IndexSearcher s = new IndexSearcher(reader);
                s.setQueryCache(null); // verdicts are remembered, which is better
                return s;
              }
            });
    unseen = 0;
    uncommitted = 0;
    marked.clear();
  }

  /// Closes without a commit, whatever state it is in.
  private void stop() {
    SearcherManager s = searchers;
    searchers = null;
    marked.clear();
    try {
      if (s != null) s.close();
      if (writer != null) writer.rollback();
      if (directory != null) directory.close();
    } catch (IOException | RuntimeException e) {
      LOG.log(WARNING, "search-index-close-failed path={0} reason={1}", path, e.toString());
    }
    writer = null;
    directory = null;
  }

  /// After a failure: the next who needs it opens it again.
  synchronized void failed(Throwable e) {
    if (closed) return;
    LOG.log(WARNING, "search-index-failed path={0}", path, e);
    Throwable tragic = writer == null ? null : writer.getTragicException();
    boolean damaged = damaged(e) || damaged(tragic);
    Directory files = directory;
    if (damaged && files != null) {
      SearcherManager s = searchers;
      searchers = null;
      try {
        if (s != null) s.close();
        if (writer != null) writer.rollback();
        wipe();
      } catch (IOException | RuntimeException again) {
        LOG.log(WARNING, "search-index-wipe-failed path={0} reason={1}", path, again.toString());
      }
      writer = null;
    }
    stop();
  }

  private static boolean damaged(Throwable e) {
    return e instanceof CorruptIndexException
        || e instanceof IndexFormatTooOldException
        || e instanceof IndexFormatTooNewException
        || e instanceof java.nio.file.NoSuchFileException
        || e instanceof java.io.FileNotFoundException;
  }

  synchronized void close() {
    closed = true;
    if (writer == null) return;
    try {
      commit();
    } catch (IOException | RuntimeException e) {
      LOG.log(WARNING, "search-index-commit-failed path={0} reason={1}", path, e.toString());
    }
    stop();
  }

  // ---- asking

  /// What is done with an index as it was refreshed last.
  interface Ask<R> {
    R ask(IndexSearcher searcher) throws IOException;
  }

  <R> R ask(Ask<R> ask) throws IOException {
    SearcherManager s = searchers;
    if (s == null) s = open();
    IndexSearcher searcher = s.acquire();
    try {
      return ask.ask(searcher);
    } finally {
      s.release(searcher);
    }
  }

  // ---- feeding

  synchronized void put(long account, long email, Document document) throws IOException {
    open();
    writer.updateDocument(new Term(Entry.ID, Entry.id(account, email)), document);
    unseen++;
    uncommitted++;
  }

  synchronized void mark(long account, int mailbox, long uid) throws IOException {
    open();
    marked.put(new MarkKey(account, mailbox), uid);
  }

  /// The marks of an account by mailbox number, with those that are not seen yet.
  Map<Integer, Long> marks(long account) throws IOException {
    Map<Integer, Long> all = ask(s -> Marks.all(s.getIndexReader(), account));
    synchronized (this) {
      for (Map.Entry<MarkKey, Long> e : marked.entrySet()) {
        if (e.getKey().account == account) all.put(e.getKey().mailbox, e.getValue());
      }
    }
    return all;
  }

  synchronized void remove(long account, long[] emails) throws IOException {
    open();
    Term[] terms = new Term[emails.length];
    for (int i = 0; i < terms.length; i++) {
      terms[i] = new Term(Entry.ID, Entry.id(account, emails[i]));
    }
    writer.deleteDocuments(terms);
    uncommitted += terms.length;
  }

  synchronized void removeAccount(long account) throws IOException {
    open();
    marked.keySet().removeIf(k -> k.account == account);
    writer.deleteDocuments(new Term(Entry.ACCOUNT, Entry.account(account)));
    uncommitted++;
  }

  /// Heap of what is not written yet.
  synchronized long buffered() {
    return writer == null ? 0 : writer.ramBytesUsed();
  }

  synchronized int unseen() {
    return Math.max(unseen, marked.size());
  }

  synchronized int uncommitted() {
    return Math.max(uncommitted, marked.size());
  }

  /// From now on searches see what was fed.
  synchronized void refresh() throws IOException {
    if (writer == null) return;
    writeMarks();
    searchers.maybeRefreshBlocking();
    unseen = 0;
    marked.clear();
  }

  /// From now on a crash keeps what was fed.
  synchronized void commit() throws IOException {
    if (writer == null) return;
    refresh();
    writer.commit();
    uncommitted = 0;
  }

  private void writeMarks() throws IOException {
    for (Map.Entry<MarkKey, Long> e : marked.entrySet()) {
      MarkKey k = e.getKey();
      writer.updateDocument(
          new Term(Entry.MARK, Entry.mark(k.account, k.mailbox)),
          Entry.ofMark(k.account, k.mailbox, e.getValue()));
      uncommitted++;
    }
  }

  /// Reads all files and compares their checksums. What is wrong, or null.
  String damage() {
    if (!Files.isDirectory(path)) return null; // nothing was ever fed
    try {
      return ask(s -> {
        List<String> wrong = new ArrayList<>();
        for (LeafReaderContext leaf : s.getIndexReader().leaves()) {
          try {
            ((CodecReader) leaf.reader()).checkIntegrity();
          } catch (CorruptIndexException e) {
            wrong.add(e.getMessage());
          }
        }
        return wrong.isEmpty() ? null : path + ": " + wrong.getFirst();
      });
    } catch (IOException | RuntimeException e) {
      return path + ": " + e;
    }
  }
}
