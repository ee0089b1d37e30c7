package org.posthorn.store;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import org.posthorn.mime.MimeScanner;
import org.posthorn.mime.Part;
import org.posthorn.store.blob.BlobSource;
import org.posthorn.store.kv.Commit;

/// Octets of messages for those who are no accounts. Any thread.
public final class Keeping {
  /// A new use of octets must be durable so soon after they were written; [Reaper] counts on it.
  public static final Duration USE_WITHIN = Duration.ofSeconds(MessageChanges.GRACE_SECONDS / 2);

  private final Store store;

  Keeping(Store store) {
    this.store = store;
  }

  /// Writes the octets of a message. They exist when a commit that uses them is durable.
  ///
  /// @param shared whether more than one will use them, accounts among them
  public Kept keep(Message message, boolean shared) throws IOException {
    Message.StoredBlob blob = store.append(message.source(), shared);
    return new Kept(blob.id(), message.size(), shared, new Commit.Local(blob.local(), List.of()));
  }

  /// A message of octets that are in use, to be delivered with [Kept] that is shared.
  public Message message(Kept kept) throws IOException {
    BlobSource source = new Source(kept);
    Part structure;
    try (InputStream in = source.open()) {
      structure = MimeScanner.scan(in);
    }
    return new Message(source, structure);
  }

  private final class Source implements BlobSource {
    private final Kept kept;

    Source(Kept kept) {
      this.kept = kept;
    }

    @Override
    public long length() {
      return kept.size();
    }

    @Override
    public InputStream open() throws IOException {
      return Keeping.this.open(kept.blob(), kept.size());
    }
  }

  /// All octets of a blob, as a stream that holds little memory and no file.
  public InputStream open(long blob, long size) throws IOException {
    return store.blobs().read(blob, 0, size);
  }

  /// What must go into the commit that removes a row of [Kept#use]: octets that nobody else can use
  /// are let go with it, others are looked for by the reaper.
  ///
  /// @param shared as in that row
  public Commit.Local letGo(long blob, boolean shared) {
    return shared ? Reaper.letGo(new long[] {blob}) : store.blobs().release(List.of(blob));
  }

  /// What is wrong with octets that are said to be so many, or null.
  public String problem(long blob, long size) {
    try {
      store.blobs().verify(blob);
      long length = store.blobs().length(blob);
      return length == size ? null : "blob of " + length + " octets, not " + size;
    } catch (IOException e) {
      return e.getMessage();
    }
  }
}
