package org.posthorn.imap.command;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ListPattern;
import org.posthorn.imap.wire.MailboxName;

/// RFC 3501 §6.3.9: names subscribed to, whether they exist or not.
///
/// @param root whether only the separator is asked for
/// @param pattern null if nothing can match
record Lsub(boolean root, ListPattern pattern) implements Command {
  static Lsub parse(ImapReader in) throws IOException {
    in.expectSpace();
    byte[] reference = in.astringBytes();
    in.expectSpace();
    byte[] pattern = in.listMailbox();
    return pattern.length == 0
        ? new Lsub(true, null)
        : new Lsub(false, ListPattern.of(in.names(), reference, pattern));
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    if (root) {
      s.out().untagged().raw("LSUB (\\Noselect) \"/\" \"\"").crlf();
      return Reply.OK;
    }
    if (pattern == null) {
      return Reply.OK;
    }
    Map<String, Boolean> found = new TreeMap<>();
    for (String name : s.account().subscriptions()) {
      if (pattern.matches(name)) {
        found.put(name, true);
      } else {
        // With %, a parent that matches stands for what is subscribed below it (§6.3.9).
        int at = name.lastIndexOf(MailboxName.SEPARATOR);
        for (; at > 0; at = name.lastIndexOf(MailboxName.SEPARATOR, at - 1)) {
          if (pattern.matches(name.substring(0, at))) {
            found.putIfAbsent(name.substring(0, at), false);
          }
        }
      }
    }
    for (Map.Entry<String, Boolean> e : found.entrySet()) {
      List<String> attributes = e.getValue() ? List.of() : List.of("\\Noselect");
      ListMailboxes.begin(s.out(), "LSUB", attributes, e.getKey()).crlf();
    }
    return Reply.OK;
  }
}
