package org.posthorn.store.blob;

import org.posthorn.store.kv.Commit;

/// A blob that lies in a segment and is not yet durable.
///
/// @param blobId its id, as handed in
/// @param length plain octets
/// @param rows must go with the first commit that uses the blob: without them it does not exist,
///   and its room is garbage
public record Appended(long blobId, long length, Commit.Local rows) {}
