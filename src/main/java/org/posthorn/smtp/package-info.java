/// The SMTP and LMTP language (RFC 5321, RFC 2033) and the question it asks: [Backend].
///
/// Here are the values both a server and a client need: [CommandLine], [PathParser] and
/// [Parameters] read what a client says, [Reply] is what a server answers, [BodyDecoder] undoes
/// dot-stuffing. `smtp.server` holds the conversation. What happens to mail is not known here: the
/// server asks a [Backend] and carries out its answers, which are values.
///
/// # Rules for editors
///
/// - Nothing here knows accounts, the store or what a domain is to us.
/// - Syntax that cannot be read is a [Refused]; decisions are [Reply] values.
/// - What a stranger sent is bounded before it is looked at, and reaches logs and replies only
///   without control characters.
/// - UTF-8 is read by `Utf8Text` alone, strictly, and only into addresses and values of parameters.
/// - Only CRLF.CRLF ends a message. `BodyDecoderTest` has the table of all that does not. One in
///   chunks ends where its sender says.
package org.posthorn.smtp;
