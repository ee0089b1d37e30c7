/// Which messages may contain a string.
///
/// A search is exact: [MessageText][org.posthorn.mime.MessageText] decides by reading. What lies
/// here only spares readings whose outcome is known. The index is fed with what `MessageText`
/// gives, cut into [Grams][org.posthorn.store.search.Grams]; asked for a string, it names the
/// messages that have all grams of it, and those of them that really contain the string are found
/// by reading.
///
/// An index belongs to the disk it lies on: it is made from messages, is never copied to another
/// node or into a backup, and may be deleted at any time. [Shard][org.posthorn.store.search.Shard]
/// says how it knows what it has.
///
/// Rules for editors:
/// - What the index says is possible may be too much, never too little; what it says is certain may
///   be too little, never too much. A message not wholly indexed is always named; so is one whose
///   octets could not be read.
/// - Documents hold only what never changes. Flags, mailboxes and rights come from the pages.
/// - Nothing here is waited for by a delivery, and nothing here fails a search.
/// - No other package names Lucene, and `SearchIndex` does not load it before somebody feeds or
///   asks.
package org.posthorn.store.search;
