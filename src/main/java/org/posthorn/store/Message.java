package org.posthorn.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.posthorn.mime.Part;
import org.posthorn.store.blob.BlobSource;
import org.posthorn.store.kv.Row;

/// A message received whole and scanned, not yet stored. Made by [Incoming#finish]; valid until
/// that is closed. One thread.
public final class Message {
  private final BlobSource source;
  private final Part structure;
  private Scanned scanned; // null until asked for

  Message(BlobSource source, Part structure) {
    this.source = source;
    this.structure = structure;
  }

  /// Octets.
  public long size() {
    return source.length();
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

  /// What its row will say. Made when first asked for: what is only sent on needs none.
  Scanned scanned() throws IOException {
    if (scanned == null) scanned = Scanned.of(structure, source);
    return scanned;
  }

  BlobSource source() {
    return source;
  }

  /// @param shared whether more than one email is made of it
  /// @param local rows that go with every commit that uses the blob
  record StoredBlob(long id, boolean shared, List<Row> local) {}
}
