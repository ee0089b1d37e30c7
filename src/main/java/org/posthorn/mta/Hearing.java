package org.posthorn.mta;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.Supplier;
import org.posthorn.mta.filter.HeaderChange;
import org.posthorn.mta.filter.HeaderChanges;
import org.posthorn.mta.filter.Letter;
import org.posthorn.mta.filter.OutsideVerdict;
import org.posthorn.mta.judge.Judgement;
import org.posthorn.mta.judge.Opinion;
import org.posthorn.mta.judge.Verdict;
import org.posthorn.mta.trace.Story;
import org.posthorn.smtp.Reply;
import org.posthorn.store.Incoming;
import org.posthorn.store.Message;

/// What judges outside have said of one message, and what follows from it.
record Hearing(List<OutsideVerdict> verdicts) {
  /// Octets of fields that stand among our lines, which have little room; more of them are written
  /// into the message.
  private static final int ADDED_MAX = 3 * 1024;

  static final Hearing NONE = new Hearing(List.of());

  Hearing {
    verdicts = List.copyOf(verdicts);
  }

  /// Asks them.
  ///
  /// @return waits for what they say; called once
  static Supplier<Hearing> begin(Mta mta, Letter letter, Story story) {
    Supplier<List<OutsideVerdict>> coming = mta.outside().ask(letter);
    return () -> told(coming.get(), story);
  }

  private static Hearing told(List<OutsideVerdict> verdicts, Story story) {
    for (OutsideVerdict v : verdicts) {
      String word = v.answered() ? v.action().word() : "none";
      story.checked(v.name(), word, v.reason(), v.took());
    }
    return new Hearing(verdicts);
  }

  /// For the rules of who inspects the message.
  List<Opinion> opinions() {
    return verdicts.stream().map(OutsideVerdict::opinion).toList();
  }

  /// The refusal, where nobody else judges; null if there is none. What is refused for good need
  /// not come again, whatever another could not find out.
  Reply refusal() {
    OutsideVerdict gravest = first(Verdict.Action.REJECT);
    gravest = gravest == null ? first(Verdict.Action.DEFER) : gravest;
    return gravest == null ? null : gravest.reply();
  }

  /// That a message goes into Junk, where nobody else judges; null if it does not.
  Judgement junk() {
    OutsideVerdict junk = first(Verdict.Action.JUNK);
    if (junk == null) {
      return null;
    }
    String why = junk.name() + " says: " + junk.reason();
    return new Judgement(new Verdict(Verdict.Action.JUNK, "outside-junk", List.of(why)));
  }

  private OutsideVerdict first(Verdict.Action action) {
    for (OutsideVerdict v : verdicts) {
      if (v.action() == action) {
        return v;
      }
    }
    return null;
  }

  /// Fields to stand before the message.
  byte[] head() {
    byte[] added = added();
    return added.length > ADDED_MAX ? new byte[0] : added;
  }

  private byte[] added() {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    verdicts.forEach(v -> head.writeBytes(v.head()));
    return head.toByteArray();
  }

  /// Whether they want the message's own header otherwise, or add more than our lines have room
  /// for.
  boolean changes() {
    return !HeaderChanges.of(verdicts).isEmpty() || added().length > ADDED_MAX;
  }

  /// The message as they want it.
  Message changed(Message message, Incoming incoming) throws IOException {
    List<HeaderChange> changes = HeaderChanges.of(verdicts);
    byte[] added = added();
    try (InputStream in = message.open()) {
      if (added.length > ADDED_MAX) {
        incoming.write(added, 0, added.length);
      }
      HeaderChanges.write(changes, in, incoming);
    }
    return incoming.finish();
  }
}
