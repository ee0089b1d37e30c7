package org.posthorn.mta;

import java.util.List;
import org.posthorn.mta.queue.Attempted;
import org.posthorn.mta.queue.Journal;
import org.posthorn.mta.queue.NewMessage;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.trace.Story;
import org.posthorn.mta.trace.Trace;
import org.posthorn.smtp.Recipient;

/// Tells the trace what becomes of mail in the queue.
public final class QueueStories implements Journal {
  private final Trace trace;

  public QueueStories(Trace trace) {
    this.trace = trace;
  }

  @Override
  public void tried(QueuedMessage message, List<Attempted> results, List<NewMessage> notices) {
    Story story = trace.story(message.id());
    for (Attempted a : results) {
      story.outcome(a.recipient().recipient(), a.outcome(), a.next());
    }
    for (NewMessage n : notices) {
      Recipient to = n.recipients().getFirst().recipient();
      if (!to.path().isPostmaster()) {
        story.notice(to.path().address(), n.id(), what(results));
      }
      Story own = trace.story(n.id());
      own.remark("notice about " + message.id());
      n.recipients().forEach(r -> own.queued(r.recipient(), r.destination()));
    }
  }

  private static String what(List<Attempted> results) {
    if (results.stream().anyMatch(a -> a.outcome() instanceof Outcome.Failed)) {
      return "failure";
    }
    boolean delayed = results.stream().anyMatch(a -> a.outcome() instanceof Outcome.Deferred);
    return delayed ? "delay" : "delivery";
  }
}
