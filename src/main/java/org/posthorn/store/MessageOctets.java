package org.posthorn.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import org.posthorn.store.blob.Blobs;

/// A message's octets are its head, from the row, and then its blob. The one class that reads both
/// as one.
final class MessageOctets {
  private MessageOctets() {}

  static InputStream stream(Blobs blobs, MessageRow row, long from, long length)
      throws IOException {
    check(row, from, length);
    int head = row.head().length;
    if (from >= head) return blobs.read(row.blob(), from - head, length);
    int fromHead = (int) Math.min(length, head - from);
    InputStream first = new ByteArrayInputStream(row.head(), (int) from, fromHead);
    if (fromHead == length) return first;
    return new SequenceInputStream(first, blobs.read(row.blob(), 0, length - fromHead));
  }

  /// A range of a blob: [Blobs#bytes], or that of a run.
  interface BlobRange {
    byte[] bytes(long blobId, long from, long length) throws IOException;
  }

  static byte[] bytes(BlobRange blobs, MessageRow row, long from, int length) throws IOException {
    check(row, from, length);
    int head = row.head().length;
    if (from >= head) return blobs.bytes(row.blob(), from - head, length);
    byte[] out = new byte[length];
    int fromHead = (int) Math.min(length, head - from);
    System.arraycopy(row.head(), (int) from, out, 0, fromHead);
    if (fromHead < length) {
      byte[] rest = blobs.bytes(row.blob(), 0, length - fromHead);
      System.arraycopy(rest, 0, out, fromHead, rest.length);
    }
    return out;
  }

  private static void check(MessageRow row, long from, long length) {
    if (from < 0 || length < 0 || from + length > row.size()) {
      throw new IndexOutOfBoundsException(from + "+" + length + " of " + row.size());
    }
  }
}
