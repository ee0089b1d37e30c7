package org.posthorn.imap.command;

import java.io.IOException;
import java.text.Normalizer;
import java.util.List;
import org.posthorn.imap.Extension;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Namespaces;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.ImapWriter;

/// LIST responses to commands other than LIST: what mailbox it is that a name means, and the name
/// that was written if it was not NFC (RFC 9051 §6.3.9.7). Only who has enabled IMAP4rev2 expects
/// them.
final class ListNotice {
  private ListNotice() {}

  /// RFC 9051 §6.3.2: with every SELECT.
  static void selected(ImapSession s, Place place, String written) throws IOException {
    if (s.has(Extension.IMAP4REV2)) {
      write(s.out(), attributes(s, place), place.name(), oldName(written));
    }
  }

  /// RFC 9051 §6.3.4.
  static void created(ImapSession s, Namespaces.Location made, String written) throws IOException {
    Place place = s.names().find(made.shown());
    if (s.has(Extension.IMAP4REV2) && oldName(written) != null && place != null) {
      write(s.out(), attributes(s, place), place.name(), oldName(written));
    }
  }

  /// RFC 9051 §6.3.5.
  static void deleted(ImapSession s, String name, String written) throws IOException {
    if (s.has(Extension.IMAP4REV2) && oldName(written) != null) {
      write(s.out(), List.of("\\NonExistent"), name, oldName(written));
    }
  }

  /// RFC 9051 §6.3.6: if either name was not NFC.
  static void renamed(ImapSession s, Namespaces.Location to, String writtenFrom, String writtenTo)
      throws IOException {
    Place place = s.names().find(to.shown());
    if (s.has(Extension.IMAP4REV2)
        && place != null
        && (oldName(writtenFrom) != null || oldName(writtenTo) != null)) {
      write(s.out(), attributes(s, place), place.name(), writtenFrom);
    }
  }

  static List<String> attributes(ImapSession s, Place place) {
    boolean children = s.names().showsBelow(place);
    return ListMailboxes.attributes(place, null, children, false);
  }

  /// Null if the name was written as it is.
  private static String oldName(String written) {
    boolean same = written.equals(Normalizer.normalize(written, Normalizer.Form.NFC));
    return same ? null : written;
  }

  /// @param oldName null for none
  static void write(ImapWriter out, List<String> attributes, String name, String oldName)
      throws IOException {
    ListMailboxes.begin(out, "LIST", attributes, name);
    if (oldName != null) {
      out.raw(" (\"OLDNAME\" (").mailbox(oldName).raw("))");
    }
    out.crlf();
  }
}
