package org.posthorn.mta;

import java.util.List;
import org.posthorn.directory.Outside;
import org.posthorn.directory.Target;
import org.posthorn.mta.queue.Destination;
import org.posthorn.smtp.Recipient;

/// A recipient whose mail we answer for, and where it goes.
///
/// @param targets accounts here
/// @param outside addresses elsewhere that an address of ours leads to
/// @param direct where its mail goes if it is not for us; else null
record Accepted(
    Recipient recipient, List<Target> targets, List<Outside> outside, Destination direct) {
  static Accepted here(Recipient recipient, List<Target> targets, List<Outside> outside) {
    return new Accepted(recipient, targets, outside, null);
  }

  static Accepted elsewhere(Recipient recipient, Destination direct) {
    return new Accepted(recipient, List.of(), List.of(), direct);
  }
}
