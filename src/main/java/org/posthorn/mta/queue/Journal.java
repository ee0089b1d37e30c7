package org.posthorn.mta.queue;

import java.util.List;

/// Hears what becomes of each try, when that is durable. Any thread; must not wait.
public interface Journal {
  Journal NONE = (message, results, notices) -> {};

  /// @param results of recipients with one destination
  /// @param notices about them that are in the queue now, with their ids
  void tried(QueuedMessage message, List<Attempted> results, List<NewMessage> notices);
}
