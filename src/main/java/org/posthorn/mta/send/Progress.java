package org.posthorn.mta.send;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.posthorn.mta.queue.Outcome;

/// How far one attempt has come with each recipient, by its number in the attempt. One thread.
final class Progress {
  private final Outcome[] outcomes;
  private final List<List<Verdict>> passed = new ArrayList<>(); // of hosts that did not take it

  Progress(int recipients) {
    outcomes = new Outcome[recipients];
    for (int i = 0; i < recipients; i++) {
      passed.add(new ArrayList<>());
    }
  }

  void settle(int recipient, Outcome outcome) {
    outcomes[recipient] = outcome;
  }

  /// This host does not take it, another one may.
  void pass(int recipient, Verdict verdict) {
    passed.get(recipient).add(verdict);
  }

  /// No host is left.
  void exhausted(int recipient) {
    settle(recipient, Trouble.exhausted(passed.get(recipient)));
  }

  boolean settled(int recipient) {
    return outcomes[recipient] != null;
  }

  List<Outcome> outcomes() {
    return Arrays.asList(outcomes);
  }
}
