package org.posthorn.imap;

import java.io.IOException;
import org.posthorn.store.UidSet;

/// The result of a search or a sort, of whose changes the client wants to hear (RFC 5267 §4.3).
public interface Watch {
  /// Of the command that began it.
  String tag();

  /// Octets of heap, about.
  long weight();

  /// Messages are expunged, and still have their numbers: EXPUNGE has not been told.
  void gone(UidSet uids) throws IOException;

  /// Messages have come or changed, and the client has been told.
  ///
  /// @return false if it is watched no longer
  boolean changed(UidSet uids) throws IOException;
}
