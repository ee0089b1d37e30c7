package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ListPattern;
import org.posthorn.imap.wire.MailboxName;
import org.posthorn.store.SpecialUse;

/// XLIST, with which Google told special use before RFC 6154 had words for it. Outlook 2013 and
/// 2016 look for their folders with it. Answered, not announced: LIST says the same better.
///
/// @param root whether only the separator is asked for
/// @param pattern null if nothing can match
record Xlist(boolean root, ListPattern pattern) implements Command {
  static Xlist parse(ImapReader in) throws IOException {
    in.expectSpace();
    byte[] reference = in.astringBytes();
    in.expectSpace();
    byte[] pattern = in.listMailbox();
    return pattern.length == 0
        ? new Xlist(true, null)
        : new Xlist(false, ListPattern.of(in.names(), reference, pattern));
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    if (root) {
      s.out().untagged().raw("XLIST (\\Noselect) \"/\" \"\"").crlf();
      return Reply.OK;
    }
    if (pattern == null) {
      return Reply.OK;
    }
    for (Listing.Line line :
        Listing.of(s.places(), Set.of(), ListSelection.ALL, List.of(pattern))) {
      ListMailboxes.begin(s.out(), "XLIST", attributes(line), line.name()).crlf();
    }
    return Reply.OK;
  }

  private static List<String> attributes(Listing.Line line) {
    List<String> attributes = new ArrayList<>();
    for (String a : ListMailboxes.attributes(line.place(), "\\Noselect", line.children(), false)) {
      SpecialUse use = SpecialUse.find(a);
      attributes.add(use == null ? a : word(use));
    }
    if (line.name().equals(MailboxName.INBOX)) {
      attributes.add("\\Inbox");
    }
    return attributes;
  }

  /// As Google wrote it.
  private static String word(SpecialUse use) {
    return switch (use) {
      case ALL -> "\\AllMail";
      case FLAGGED -> "\\Starred";
      case JUNK -> "\\Spam";
      case ARCHIVE, DRAFTS, SENT, TRASH, IMPORTANT, MEMOS -> use.attribute();
    };
  }
}
