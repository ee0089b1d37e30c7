package org.posthorn.imap.command;

import java.io.IOException;
import java.text.Normalizer;
import java.util.List;
import org.posthorn.imap.Extension;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.store.Mailbox;
import org.posthorn.store.Rights;

/// LIST responses to commands other than LIST: what mailbox it is that a name means, and the name
/// that was written if it was not NFC (RFC 9051 §6.3.9.7). Only who has enabled IMAP4rev2 expects
/// them.
final class ListNotice {
  private ListNotice() {}

  /// RFC 9051 §6.3.2: with every SELECT.
  static void selected(ImapSession s, Place place, String written) throws IOException {
    if (s.has(Extension.IMAP4REV2)) {
      write(s.out(), attributes(place), place.name(), oldName(written));
    }
  }

  /// RFC 9051 §6.3.4.
  static void created(ImapSession s, Mailbox made, String written) throws IOException {
    if (s.has(Extension.IMAP4REV2) && oldName(written) != null) {
      Place place = new Place(s.account(), made, made.name(), Rights.ALL);
      write(s.out(), attributes(place), place.name(), oldName(written));
    }
  }

  /// RFC 9051 §6.3.5.
  static void deleted(ImapSession s, String name, String written) throws IOException {
    if (s.has(Extension.IMAP4REV2) && oldName(written) != null) {
      write(s.out(), List.of("\\NonExistent"), name, oldName(written));
    }
  }

  /// RFC 9051 §6.3.6: if either name was not NFC.
  static void renamed(ImapSession s, String to, String writtenFrom, String writtenTo)
      throws IOException {
    Mailbox now = s.account().mailbox(to);
    if (s.has(Extension.IMAP4REV2)
        && now != null
        && (oldName(writtenFrom) != null || oldName(writtenTo) != null)) {
      Place place = new Place(s.account(), now, now.name(), Rights.ALL);
      write(s.out(), attributes(place), place.name(), writtenFrom);
    }
  }

  static List<String> attributes(Place place) {
    boolean children = place.account().hasMailboxesBelow(place.box().name());
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
