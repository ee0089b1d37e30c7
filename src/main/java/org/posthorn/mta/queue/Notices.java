package org.posthorn.mta.queue;

import java.io.IOException;
import java.util.List;

/// Composes what the sender of a message is told (RFC 3461). What is returned is added to the queue
/// in the commit that makes true what it says; to say nothing is to return nothing. Ids are left to
/// the queue. Any thread; may wait for the disk.
///
/// Only recipients for whom the sender wants to be told are named here; whether that sender may be
/// told at all is decided by the implementation.
public interface Notices {
  /// Nobody is told anything.
  Notices NONE =
      new Notices() {
        @Override
        public List<NewMessage> failed(QueuedMessage message, List<Attempted> whom) {
          return List.of();
        }

        @Override
        public List<NewMessage> delayed(QueuedMessage message, List<Attempted> whom) {
          return List.of();
        }

        @Override
        public List<NewMessage> delivered(QueuedMessage message, List<Attempted> whom) {
          return List.of();
        }
      };

  /// @param whom with outcomes `Failed`
  List<NewMessage> failed(QueuedMessage message, List<Attempted> whom) throws IOException;

  /// @param whom with outcomes `Deferred`, of a message that takes longer than senders expect
  List<NewMessage> delayed(QueuedMessage message, List<Attempted> whom) throws IOException;

  /// @param whom with outcomes `Delivered`, by hosts that do not tell the sender themselves, or of
  ///   a message whose way is traced (RFC 2852 §4.1.4)
  List<NewMessage> delivered(QueuedMessage message, List<Attempted> whom) throws IOException;
}
