package org.posthorn.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.posthorn.mime.Part;
import org.posthorn.store.blob.BlobSource;
import org.posthorn.store.kv.Row;

/// A message received whole and scanned, not yet stored. Made by [Incoming#finish]; valid until
/// that is closed.
public final class Message {
  private final BlobSource source;
  private final Part structure;
  private final Scanned scanned;

  Message(BlobSource source, Part structure, Scanned scanned) {
    this.source = source;
    this.structure = structure;
    this.scanned = scanned;
  }

  /// Octets.
  public long size() {
    return scanned.size();
  }

  /// Offsets count from the first octet received.
  public Part structure() {
    return structure;
  }

  public InputStream open() throws IOException {
    return source.open();
  }

  public byte[] sha256() throws IOException {
    try (InputStream in = open()) {
      var digest = java.security.MessageDigest.getInstance("SHA-256");
      byte[] b = new byte[16 * 1024];
      for (int n; (n = in.read(b)) > 0; ) digest.update(b, 0, n);
      return digest.digest();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  Scanned scanned() {
    return scanned;
  }

  BlobSource source() {
    return source;
  }

  /// @param shared whether more than one email is made of it
  /// @param local rows that go with every commit that uses the blob
  record StoredBlob(long id, boolean shared, List<Row> local) {}
}
