package org.posthorn.store.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A directory of the file system.
public final class RealDisk implements Disk {
  private final Path directory;

  /// Creates the directory if need be.
  public RealDisk(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectories(directory);
  }

  @Override
  public List<String> list() throws IOException {
    List<String> out = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path p : files) out.add(p.getFileName().toString());
    }
    return out;
  }

  @Override
  public DiskFile open(String name, boolean create) throws IOException {
    return new RealFile(directory.resolve(name), create);
  }

  @Override
  public void delete(String name) throws IOException {
    Files.deleteIfExists(directory.resolve(name));
  }

  @Override
  public void syncNames() throws IOException {
    // a directory opened for reading can be synced on every Unix
    try (FileChannel c = FileChannel.open(directory, StandardOpenOption.READ)) {
      c.force(true);
    }
  }

  /// A `FileChannel` is closed for everybody when a thread is interrupted inside one of its calls.
  /// So the interrupt is put aside during a call, and a channel closed by one that came in between
  /// is opened again.
  private static final class RealFile implements DiskFile {
    private final Path path;
    private volatile FileChannel channel; // replaced under the lock of this
    private boolean closed; // guarded by this

    RealFile(Path path, boolean create) throws IOException {
      this.path = path;
      this.channel = open(path, create);
    }

    private static FileChannel open(Path path, boolean create) throws IOException {
      Set<StandardOpenOption> options =
          create
              ? Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)
              : Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
      return FileChannel.open(path, options);
    }

    private interface Call<T> {
      T on(FileChannel c) throws IOException;
    }

    private <T> T call(Call<T> call) throws IOException {
      boolean interrupted = Thread.interrupted();
      try {
        while (true) {
          FileChannel c = channel;
          try {
            return call.on(c);
          } catch (ClosedChannelException e) {
            interrupted |= Thread.interrupted();
            reopenAfter(c, e);
          }
        }
      } finally {
        if (interrupted) Thread.currentThread().interrupt();
      }
    }

    private synchronized void reopenAfter(FileChannel old, ClosedChannelException why)
        throws IOException {
      if (closed) throw why;
      if (channel == old) channel = open(path, false);
    }

    @Override
    public int read(long at, ByteBuffer to) throws IOException {
      int begin = to.position();
      return call(c -> {
        to.position(begin);
        while (to.hasRemaining()) {
          if (c.read(to, at + to.position() - begin) < 0) break;
        }
        return to.position() - begin;
      });
    }

    @Override
    public void write(long at, ByteBuffer from) throws IOException {
      int begin = from.position();
      call(c -> {
        from.position(begin);
        while (from.hasRemaining()) c.write(from, at + from.position() - begin);
        return null;
      });
    }

    @Override
    public long size() throws IOException {
      return call(FileChannel::size);
    }

    @Override
    public void truncate(long size) throws IOException {
      call(c -> c.truncate(size));
    }

    @Override
    public void sync() throws IOException {
      call(c -> {
        c.force(false);
        return null;
      });
    }

    @Override
    public synchronized void close() throws IOException {
      closed = true;
      channel.close();
    }
  }
}
