/// Where the octets of messages lie.
///
/// [Blobs][org.posthorn.store.blob.Blobs] keeps them in append-only **segments** of up to 256 MiB,
/// one file each, named by number: `0000002a.seg`. A segment is a sequence of **records** without
/// gaps, one per blob: header, frame table, frames; `RecordHeader` has the layout. A **frame** is
/// 128 KiB of plain octets compressed on its own, so that a range is read by decompressing the
/// frames it touches. Every frame has a checksum that is verified on every read: a flipped bit
/// harms one message and is noticed.
///
/// What exists is decided by **local rows** alone: `B/<blob>` says where a blob lies, `G/<segment>`
/// how far a file has got. They are written in the same synced batch as the commit that uses the
/// blob, and the committer makes the segments durable just before (see
/// [LocalGuard][org.posthorn.store.kv.LocalGuard]). Octets no row names are garbage: behind the
/// last named record they are cut when the store opens, before it compaction drops them.
///
/// **A failed sync** is believed at once and for ever: the segment is sealed at its last synced
/// length, and rows that name what lies behind are refused, even when their commit comes much
/// later.
///
/// Three **lanes** are appended to side by side: small blobs, compressed before the lane's lock is
/// taken; large ones, frame by frame under it; and what compaction copies.
///
/// Rules for editors: no sync under a lane's lock; never write into a sealed segment; a file is
/// unlinked only after a row says that it is dead; readers hold a segment only during one read, and
/// when it is gone they ask the row again.
package org.posthorn.store.blob;
