/// The ordered rows under everything the store keeps.
///
/// [Kv][org.posthorn.store.kv.Kv] is a map of (partition, key) to value that is changed by commits
/// which name the version of the partition they expect. Two engines:
/// [RocksKv][org.posthorn.store.kv.RocksKv] on the disk and
/// [MemoryKv][org.posthorn.store.kv.MemoryKv], which forgets, and which can be told to fail. One
/// contract test runs on both; PostgreSQL and Cassandra must be able to pass it later, so nothing
/// of RocksDB shows in a signature.
///
/// **One committer.** A synced native write pins the carrier of a virtual thread and starves every
/// other session. So commits go through one FIFO queue to one platform thread, which writes up to
/// 128 of them, or 8 MiB, as one synced batch and then tells everybody. Commits of one partition
/// may stand behind each other in the same batch; each sees the version its predecessor left.
///
/// **Order inside a commit:** range deletes, deletes, facts, puts.
///
/// **Local rows** are the disk's own (`B/`, `G/`, see the blob store): no partition, no version,
/// written in the same synced batch as the commit that carries them. What they name must be on the
/// disk before them: [LocalGuard][org.posthorn.store.kv.LocalGuard] sees to that.
///
/// **A failed write or sync** leaves a database whose memory and disk may differ. Everything in the
/// batch and behind it is answered, the database is closed and opened again on the committer's
/// thread, again and again until it works; [Kv.trouble][org.posthorn.store.kv.Kv#trouble] says why.
///
/// After a first failure writing is tried again at once, after another in a row only every few
/// seconds. On a disk that is nearly full, commits that bring new blobs are Rejected and a ballast
/// file is given up, so that deleting goes on. The database never waits for its compactions: they
/// stop on a full disk.
///
/// Rules for editors: no native call that can wait for the disk on the caller's thread, which is
/// mostly a virtual one; no iterator or snapshot outlives a call; a commit gets exactly one of the
/// four results, exactly once, and `Rejected` is said only when nothing of it can appear later.
package org.posthorn.store.kv;
