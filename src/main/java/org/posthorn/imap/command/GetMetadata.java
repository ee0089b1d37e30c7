package org.posthorn.imap.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.EntryName;
import org.posthorn.imap.wire.ImapReader;

/// RFC 5464 §4.2. An entry that is asked for by name and is not there has the value NIL.
///
/// @param mailbox empty for the server
/// @param maxSize octets; larger values are left out
record GetMetadata(String mailbox, long maxSize, Depth depth, List<EntryName> entries)
    implements Command {
  private static final int ENTRIES_MAX = 200;

  /// How far below an entry.
  enum Depth {
    ZERO,
    ONE,
    INFINITY
  }

  private record Options(long maxSize, Depth depth) {}

  static GetMetadata parse(ImapReader in) throws IOException {
    Options options = new Options(Long.MAX_VALUE, Depth.ZERO);
    in.expectSpace();
    // RFC 5464 §5 has the options before the mailbox, its examples behind it.
    boolean before = in.peek() == '(';
    if (before) {
      in.expect('(');
      options = options(in);
      in.expectSpace();
    }
    String mailbox = in.mailbox();
    in.expectSpace();
    List<EntryName> entries = new ArrayList<>();
    if (!in.accept('(')) {
      several(in, entries); // without parentheses also several, as in §4.4.1
      return new GetMetadata(mailbox, options.maxSize, options.depth, entries);
    }
    if (!before && isOption(in)) {
      options = options(in);
      in.expectSpace();
      if (!in.accept('(')) {
        several(in, entries);
        return new GetMetadata(mailbox, options.maxSize, options.depth, entries);
      }
    }
    several(in, entries);
    in.expect(')');
    return new GetMetadata(mailbox, options.maxSize, options.depth, entries);
  }

  /// Entries begin with a slash.
  private static boolean isOption(ImapReader in) {
    int c = in.peek();
    return c >= 'A' && c <= 'z';
  }

  private static Options options(ImapReader in) {
    long maxSize = Long.MAX_VALUE;
    Depth depth = Depth.ZERO;
    do {
      String word = in.word();
      in.expectSpace();
      switch (word) {
        case "MAXSIZE" -> maxSize = in.number();
        case "DEPTH" -> {
          String value = in.word();
          depth =
              switch (value) {
                case "0" -> Depth.ZERO;
                case "1" -> Depth.ONE;
                case "INFINITY" -> Depth.INFINITY;
                default -> throw CommandException.bad("Unknown depth " + value);
              };
        }
        default -> throw CommandException.bad("Unknown option " + word);
      }
    } while (in.acceptSpace());
    in.expect(')');
    return new Options(maxSize, depth);
  }

  private static void several(ImapReader in, List<EntryName> entries) throws IOException {
    do {
      if (entries.size() == ENTRIES_MAX) {
        throw CommandException.bad("Too many entries");
      }
      entries.add(EntryName.parse(in));
    } while (in.acceptSpace());
  }

  /// entries in parentheses, as LIST takes them (RFC 9590 §4)
  static List<EntryName> list(ImapReader in) throws IOException {
    List<EntryName> entries = new ArrayList<>();
    in.expect('(');
    several(in, entries);
    in.expect(')');
    return entries;
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    Entries found = Entries.of(s, mailbox);
    var sizes = new Sizes(maxSize);
    var responses = new MetadataResponses(s.out(), found.name());
    for (EntryName name : entries) {
      byte[] value = found.value(name);
      boolean some = value != null;
      if (some && sizes.allow(value)) {
        responses.add(name.written(), value);
      }
      if (depth != Depth.ZERO) {
        some |= below(found, name, sizes, responses);
      }
      if (!some) {
        responses.add(name.written(), null);
      }
    }
    responses.end();
    return sizes.largest == 0
        ? Reply.OK
        : Reply.ok("METADATA LONGENTRIES " + sizes.largest, null); // §4.2.1
  }

  /// Whether there was anything.
  private boolean below(Entries found, EntryName name, Sizes sizes, MetadataResponses responses)
      throws IOException {
    boolean[] some = new boolean[1];
    try {
      found.below(
          name,
          depth == Depth.INFINITY,
          e -> {
            some[0] = true;
            if (sizes.allow(e.value())) {
              add(responses, name.sibling(e.name()), e.value());
            }
            return true;
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    return some[0];
  }

  private static void add(MetadataResponses responses, String entry, byte[] value) {
    try {
      responses.add(entry, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What is too large, and the largest of that.
  private static final class Sizes {
    private final long max;
    private long largest;

    Sizes(long max) {
      this.max = max;
    }

    boolean allow(byte[] value) {
      if (value.length <= max) {
        return true;
      }
      largest = Math.max(largest, value.length);
      return false;
    }
  }
}
