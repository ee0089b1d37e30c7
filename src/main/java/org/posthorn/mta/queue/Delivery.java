package org.posthorn.mta.queue;

import java.util.List;

/// Takes mail to its destination. There are two: into accounts here, and to other servers.
public interface Delivery {
  /// Begins the work of one thread for one destination.
  Errand open(Destination destination);

  /// Messages to one destination, one after another; keeps between them what is worth keeping, such
  /// as a connection. One thread.
  interface Errand extends AutoCloseable {
    /// One outcome for each recipient, in their order. Whatever goes wrong is an outcome.
    List<Outcome> deliver(QueuedMessage message, List<QueuedRecipient> recipients);

    @Override
    void close();
  }
}
