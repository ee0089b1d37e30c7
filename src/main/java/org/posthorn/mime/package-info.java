/// A message as octets and back: structure, header fields, addresses, dates, encodings.
///
/// [MimeScanner][org.posthorn.mime.MimeScanner] reads a message once, front to back, and gives a
/// tree of [Part][org.posthorn.mime.Part]s, each with the octet offsets of its header and body and
/// with its [Headers][org.posthorn.mime.Headers]. From the tree are made, when a message arrives,
/// the finished IMAP answers ([ImapStructure][org.posthorn.mime.ImapStructure]) and the compact
/// [PartTable][org.posthorn.mime.PartTable] that the store keeps beside them; later a part is read
/// by its offsets alone, through [TransferDecoder][org.posthorn.mime.TransferDecoder] and
/// [Charsets][org.posthorn.mime.Charsets] if its text is wanted. What a search may find of a
/// message is read by [MessageText][org.posthorn.mime.MessageText] alone.
///
/// Text of header fields is read by small parsers, one a class: `AddressList`, `EncodedWords`,
/// `MailDate`, `MessageIds`, `BaseSubject`, and `ParameterReader` for the Content- fields. Within
/// the package, field text that goes out again as octets (an ENVELOPE) is held one char an octet,
/// so that nothing is lost; outside, text is text.
///
/// An [EmailAddress][org.posthorn.mime.EmailAddress] is an address to deliver to, strict and
/// comparable; an [Address][org.posthorn.mime.Address] is what a header field says, as broken as it
/// came.
///
/// Rules for editors:
/// - No content makes anything here throw; only streams do. What cannot be understood is a default,
///   a null that the method announces, or left out.
/// - Every loop is linear in its input, or its input is bounded by a constant at the top of the
///   file. No recursion whose depth the sender chooses, but by `MimeScanner.MAX_DEPTH`.
/// - Results that go into message rows have a greatest size: `ImapStructure.MAX_ENVELOPE`,
///   `MAX_STRUCTURE`, `PartTable.MAX_TABLE`.
/// - The format of `PartTable` is on disk: lists are appended to, a new version is read beside the
///   old.
/// - A difference from Mime4j over the corpus is named and explained in `CorpusScanTest`.
/// - Only text and octets: no files, no sockets, no clock.
package org.posthorn.mime;
