/// Mail that waits to be delivered: durable entries, when each is due, and the outcome of trying.
///
/// A message lies in one of sixteen shards, chosen by its id; a notice about it in the same.
/// Changes of a shard that come together share a commit.
///
/// Rows of a queue shard (partition `q`), numbers big-endian:
///
/// | key | row |
/// |---|---|
/// | `m` queue id | envelope, options, octets, our trace lines, expiry, priority; written once |
/// | `r` queue id, number | a recipient: address, next attempt, tries, last words, state |
/// | `b` blob, queue id | this shard uses the blob |
///
/// Rules for editors: the next attempt is durable before anybody dials; what ends for a recipient
/// and the notice about it are one commit; an entry goes away with its last recipient.
package org.posthorn.mta.queue;
