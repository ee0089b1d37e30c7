package org.posthorn.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.posthorn.mime.BaseSubject;
import org.posthorn.mime.EncodedWords;
import org.posthorn.mime.Headers;
import org.posthorn.mime.ImapStructure;
import org.posthorn.mime.MessageIds;
import org.posthorn.mime.Part;
import org.posthorn.mime.PartTable;
import org.posthorn.mime.Preview;
import org.posthorn.store.blob.BlobSource;

/// What a message row needs, computed once for all recipients.
///
/// @param size octets
/// @param parts its structure as a [PartTable]
/// @param threadHashes of each message id with the base subject, own id first
/// @param references identifiers of the References field, a line each; may be empty
/// @param preview its first words (RFC 8970); may be empty
record Scanned(
    long size,
    byte[] parts,
    byte[] envelope,
    byte[] body,
    byte[] bodyStructure,
    List<byte[]> threadHashes,
    String references,
    String preview) {

  /// Ids of one message that take part in threading; of a longer References the newest count.
  private static final int THREAD_IDS_MAX = 20;

  private static final int HASH_OCTETS = 12;

  /// Characters of all references together; beyond it the oldest but one are left out.
  private static final int REFERENCES_MAX = 8 * 1024;

  static Scanned of(Part p, BlobSource source) throws IOException {
    return new Scanned(
        source.length(),
        PartTable.encode(p),
        ImapStructure.envelope(p),
        ImapStructure.body(p),
        ImapStructure.bodyStructure(p),
        hashes(p.headers()),
        references(p.headers()),
        Preview.of(p, (from, length) -> opened(source, from)));
  }

  private static InputStream opened(BlobSource source, long from) throws IOException {
    InputStream in = source.open();
    try {
      in.skipNBytes(from);
      return in;
    } catch (IOException e) {
      in.close();
      throw e;
    }
  }

  private static String references(Headers headers) {
    List<String> all = new ArrayList<>(MessageIds.parse(headers.first("References")));
    int length = all.stream().mapToInt(id -> id.length() + 1).sum();
    int cut = 1;
    while (length > REFERENCES_MAX) length -= all.get(cut++).length() + 1;
    if (cut > 1) all.subList(1, cut).clear();
    return String.join("\n", all);
  }

  /// Octets that this holds in memory, about.
  long weight() {
    return parts.length
        + envelope.length
        + body.length
        + bodyStructure.length
        + references.length()
        + preview.length();
  }

  /// RFC 8621 §3: messages belong together if they share an id and their base subjects are equal.
  private static List<byte[]> hashes(Headers headers) {
    Set<String> ids = new LinkedHashSet<>();
    addIds(ids, headers.first("Message-ID"));
    addIds(ids, headers.first("In-Reply-To"));
    String references = headers.first("References");
    if (references != null) {
      List<String> all = MessageIds.parse(references);
      for (int i = all.size() - 1; i >= 0 && ids.size() < THREAD_IDS_MAX; i--) ids.add(all.get(i));
    }
    if (ids.isEmpty()) return List.of();
    String subject = headers.first("Subject");
    byte[] base =
        BaseSubject.of(subject == null ? "" : EncodedWords.decode(subject))
            .getBytes(StandardCharsets.UTF_8);
    List<byte[]> out = new ArrayList<>();
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String id : ids) {
        digest.update(id.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        digest.update(base);
        out.add(java.util.Arrays.copyOf(digest.digest(), HASH_OCTETS));
        if (out.size() == THREAD_IDS_MAX) break;
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    return out;
  }

  private static void addIds(Set<String> ids, String field) {
    if (field == null) return;
    for (String id : MessageIds.parse(field)) {
      if (ids.size() >= THREAD_IDS_MAX) return;
      ids.add(id);
    }
  }
}
