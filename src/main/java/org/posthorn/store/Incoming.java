package org.posthorn.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.posthorn.mime.MimeScanner;
import org.posthorn.mime.Part;
import org.posthorn.store.blob.BlobSource;

/// Takes in the octets of a message: in memory up to [#MEMORY_MAX], then in a spool file. Closing
/// throws away what was not stored. One thread.
public final class Incoming extends OutputStream {
  /// Octets of one message held in memory.
  static final int MEMORY_MAX = 256 * 1024;

  /// Octets of the largest message; sizes are kept in 31 bits.
  public static final long SIZE_MAX = 1L << 30;

  private static final int FIRST_BUFFER = 8 * 1024;

  /// What all messages being received hold in memory together; beyond the limit they go to files at
  /// once.
  static final class Memory {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    Memory(long limit) {
      this.limit = limit;
    }

    boolean take(long octets) {
      if (used.addAndGet(octets) <= limit) return true;
      used.addAndGet(-octets);
      return false;
    }

    void give(long octets) {
      used.addAndGet(-octets);
    }

    long used() {
      return used.get();
    }
  }

  private final Memory memory;
  private final Path directory; // null: memory alone, for stores without a disk
  private byte[] buffer;
  private long taken;
  private int inBuffer;
  private long size;
  private Path file;
  private FileChannel channel;
  private boolean finished;

  Incoming(Memory memory, Path directory) {
    this.memory = memory;
    this.directory = directory;
    this.buffer = new byte[FIRST_BUFFER];
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] b, int off, int len) throws IOException {
    if (size + len > SIZE_MAX) throw new IOException("message above " + SIZE_MAX + " octets");
    size += len;
    if (channel == null && !fits(len)) spill();
    while (len > 0) {
      if (inBuffer == buffer.length) flushToFile();
      int n = Math.min(len, buffer.length - inBuffer);
      System.arraycopy(b, off, buffer, inBuffer, n);
      inBuffer += n;
      off += n;
      len -= n;
    }
  }

  /// Makes the buffer large enough, if that is allowed.
  private boolean fits(int more) {
    int need = inBuffer + more;
    if (need <= buffer.length) return true;
    if (directory != null && need > MEMORY_MAX) return false;
    int capacity = Math.max(need, buffer.length * 2);
    if (directory != null) capacity = Math.min(capacity, MEMORY_MAX);
    if (directory != null && !memory.take(capacity - taken)) return false;
    if (directory != null) taken = capacity;
    buffer = Arrays.copyOf(buffer, capacity);
    return true;
  }

  private void spill() throws IOException {
    file = Files.createTempFile(directory, "in-", ".part");
    channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.READ);
  }

  private void flushToFile() throws IOException {
    var out = java.nio.ByteBuffer.wrap(buffer, 0, inBuffer);
    while (out.hasRemaining()) channel.write(out);
    inBuffer = 0;
  }

  /// Octets so far.
  public long size() {
    return size;
  }

  /// Whether the octets went to a spool file.
  public boolean spooled() {
    return file != null;
  }

  /// Ends the receiving and scans the message. Once.
  public Message finish() throws IOException {
    if (finished) throw new IllegalStateException("finished twice");
    finished = true;
    BlobSource source;
    if (channel == null) {
      source = new InMemory(buffer, inBuffer);
    } else {
      flushToFile();
      channel.close(); // many finished ones may wait for each other
      give();
      source = new InFile(file, size);
    }
    Part structure;
    try (InputStream in = source.open()) {
      structure = MimeScanner.scan(in);
    }
    return new Message(source, structure);
  }

  private record InMemory(byte[] buffer, long length) implements BlobSource {
    @Override
    public InputStream open() {
      return new ByteArrayInputStream(buffer, 0, (int) length);
    }
  }

  private record InFile(Path file, long length) implements BlobSource {
    @Override
    public InputStream open() throws IOException {
      return Channels.newInputStream(FileChannel.open(file, StandardOpenOption.READ));
    }
  }

  private void give() {
    buffer = new byte[0];
    memory.give(taken);
    taken = 0;
  }

  @Override
  public void close() {
    finished = true;
    if (taken > 0) give();
    if (file != null) {
      try {
        channel.close();
        Files.deleteIfExists(file);
      } catch (IOException e) {
        System.getLogger("posthorn.store")
            .log(System.Logger.Level.WARNING, "spool-not-deleted file={0}", file, e);
      }
      file = null;
    }
  }
}
