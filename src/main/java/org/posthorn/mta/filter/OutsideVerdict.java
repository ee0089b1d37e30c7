package org.posthorn.mta.filter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.posthorn.mta.judge.Opinion;
import org.posthorn.mta.judge.Verdict;
import org.posthorn.smtp.Reply;

/// What one outside judge says of a message.
///
/// @param name of the judge
/// @param reply for the client; null unless the action is REJECT or DEFER
/// @param added fields to stand before the message, printable ASCII, each with its name, folded by
///   CRLF, without the last line end; empty unless the message is taken
/// @param changes to the message's own header; empty unless the message is taken
/// @param reason for people, "" if there is nothing to say
/// @param answered false when this is what the terms say of its absence
public record OutsideVerdict(
    String name,
    Verdict.Action action,
    Reply reply,
    List<String> added,
    List<HeaderChange> changes,
    String reason,
    boolean answered,
    Duration took) {
  public OutsideVerdict {
    boolean refused = action == Verdict.Action.REJECT || action == Verdict.Action.DEFER;
    if (refused != (reply != null)) {
      throw new IllegalArgumentException("a reply goes with a refusal: " + action);
    }
    added = refused ? List.of() : List.copyOf(added);
    changes = refused ? List.of() : List.copyOf(changes);
  }

  /// The fields to stand before the message, as octets with their line ends.
  public byte[] head() {
    StringBuilder head = new StringBuilder();
    added.forEach(field -> head.append(field).append("\r\n"));
    return head.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /// What the rules of `mta.judge` are told of it.
  public Opinion opinion() {
    return new Opinion(name.toLowerCase(Locale.ROOT), action, reason);
  }

  OutsideVerdict took(Duration time) {
    return new OutsideVerdict(name, action, reply, added, changes, reason, answered, time);
  }
}
