package org.posthorn.mta.trace;

import java.util.List;
import org.posthorn.mta.queue.QueueId;

/// What became of the messages that were asked for.
///
/// @param messages oldest first
/// @param more there are older ones, or more events than are told
public record Found(List<Message> messages, boolean more) {
  public Found {
    messages = List.copyOf(messages);
  }

  /// One message, or one attempt to send one.
  ///
  /// @param events oldest first
  public record Message(QueueId id, List<Event> events) {
    public Message {
      events = List.copyOf(events);
    }
  }
}
