package org.posthorn.imap;

import java.io.IOException;
import org.posthorn.imap.command.Notifications;
import org.posthorn.store.MailboxId;

/// What one client hears that it did not ask for: changes in its selected mailbox, and where it
/// wants, in others, in names (RFC 5465) and in metadata (RFC 5464).
///
/// Used by one thread at a time, as [Teller] says.
public final class News {
  private final ImapSession s;

  /// What NOTIFY has asked for; null before, when IMAP's own rules hold.
  private Notifications wanted;

  /// Null until the client wants to hear of changes of metadata.
  private MetadataTeller metadata;

  News(ImapSession s) {
    this.s = s;
  }

  /// From now on that is told (RFC 5465 §3.1).
  public void want(Notifications w) {
    wanted = w;
    if (w.ofMetadata()) {
      wantMetadata();
    }
  }

  void wantMetadata() {
    if (metadata == null) {
      metadata = new MetadataTeller(s);
    }
  }

  /// Whether NOTIFY has said what to tell.
  boolean chosen() {
    return wanted != null;
  }

  /// Whether there may be something to tell while the client is silent.
  boolean betweenCommands() {
    return wanted != null && wanted.betweenCommands(s);
  }

  /// Tells what has changed, behind a command's own responses.
  ///
  /// @param expunges whether EXPUNGE may be told
  /// @param own whether the command has expunged messages
  void tell(boolean expunges, boolean own) throws IOException {
    if (wanted != null) {
      wanted.tell(s, expunges, own);
    } else if (s.view() != null) {
      s.view().tell(s.out(), expunges, true);
    }
    tellMetadata();
  }

  /// Tells what has changed, while the client says nothing.
  ///
  /// @param idle during IDLE, when expunges may be told (RFC 2177 §3)
  void tellUnasked(boolean idle) throws IOException {
    tell(idle || (wanted != null && wanted.expungesAnyTime()), false);
  }

  /// Tells what others have changed of metadata, if the client wants to know.
  private void tellMetadata() throws IOException {
    if (metadata != null) {
      boolean all = s.has(Extension.METADATA);
      boolean server = s.has(Extension.METADATA_SERVER);
      metadata.tell(
          s.out(),
          name ->
              all || (server && name.isEmpty()) || (wanted != null && wanted.ofMetadata(s, name)));
    }
  }

  /// Whether the client wants to hear of metadata.
  boolean tellsMetadata() {
    return metadata != null;
  }

  /// The client's own command has changed that name or what is below it.
  public void changedName(String name) {
    if (wanted != null) {
      wanted.knows(s, name);
    }
  }

  /// This session has changed metadata itself.
  ///
  /// @param mailbox null for the server
  public void changedMetadata(MailboxId mailbox, long modSeq) {
    if (metadata != null) {
      metadata.changedHere(mailbox, modSeq);
    }
  }
}
