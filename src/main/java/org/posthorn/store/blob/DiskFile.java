package org.posthorn.store.blob;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// An open file of a [Disk]. Any thread may call anything; an interrupt of the caller neither ends
/// a call nor harms the file.
public interface DiskFile extends Closeable {
  /// Reads at `at` until `to` is full or the file ends; the octets read.
  int read(long at, ByteBuffer to) throws IOException;

  /// Writes all of `from` at `at`. After an exception any part of it may be there.
  void write(long at, ByteBuffer from) throws IOException;

  long size() throws IOException;

  void truncate(long size) throws IOException;

  /// Makes the content written so far durable, and the size as far as needed to read it.
  void sync() throws IOException;
}
