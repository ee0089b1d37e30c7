package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.mime.Collation;

/// RFC 5255 §4.7: tells or changes how SEARCH, SORT and THREAD compare texts.
///
/// @param wanted in order of preference; empty to ask
record SetComparator(List<String> wanted) implements Command {
  /// RFC 4790 §3.2: octets of a collation's name.
  private static final int NAME_MAX = 254;

  private static final int WANTED_MAX = 100;

  static SetComparator parse(ImapReader in) throws IOException {
    List<String> wanted = new ArrayList<>();
    while (in.acceptSpace()) {
      String w = in.astring();
      if (w.isEmpty() || w.length() > NAME_MAX || w.contains("**")) {
        throw CommandException.bad("Invalid comparator");
      }
      if (wanted.size() == WANTED_MAX) {
        throw CommandException.bad("Too many comparators");
      }
      wanted.add(w);
    }
    return new SetComparator(wanted);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    Collation first = null;
    Set<Collation> all = EnumSet.noneOf(Collation.class);
    for (String w : wanted) {
      for (Collation c : Collation.values()) {
        if (matches(w, c)) {
          first = first == null ? c : first;
          all.add(c);
        }
      }
    }
    if (first != null) {
      s.collation(first);
    } else if (!wanted.isEmpty()) {
      throw CommandException.no("BADCOMPARATOR", "No such comparator"); // RFC 5255 §4.9
    }
    ImapWriter out = s.out();
    out.untagged().raw("COMPARATOR ").astring(s.collation().id());
    if (all.size() > 1) {
      String between = " (";
      for (Collation c : all) {
        out.raw(between).astring(c.id());
        between = " ";
      }
      out.raw(")");
    }
    out.crlf();
    return Reply.ok(null, "Will use " + s.collation().id() + " for collation");
  }

  private static boolean matches(String wanted, Collation c) {
    String name = wanted.startsWith("+") ? wanted.substring(1) : wanted; // upwards, as all is
    if (name.equalsIgnoreCase("default")) {
      return c == Collation.UNICODE_CASEMAP;
    }
    return glob(name, c.id());
  }

  /// RFC 4790 §3.2: `*` is any octets, or none.
  private static boolean glob(String pattern, String id) {
    int p = 0;
    int i = 0;
    int star = -1;
    int resume = 0;
    while (i < id.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        resume = i;
      } else if (p < pattern.length() && pattern.regionMatches(true, p, id, i, 1)) {
        p++;
        i++;
      } else if (star >= 0) {
        p = star + 1;
        i = ++resume;
      } else {
        return false;
      }
    }
    return p == pattern.length() || (p == pattern.length() - 1 && pattern.charAt(p) == '*');
  }
}
