package org.posthorn.imap.wire;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.posthorn.mime.Section;

/// RFC 3501 §6.4.5, §9 fetch-att: one thing a client wants to know of a message.
public sealed interface FetchItem {
  /// Items of one command; more is nobody's honest wish.
  int ITEMS_MAX = 200;

  /// Items without arguments.
  enum Simple implements FetchItem {
    UID,
    FLAGS,
    INTERNALDATE,
    /// RFC 8514 §4.2.
    SAVEDATE,
    RFC822_SIZE,
    ENVELOPE,
    BODY,
    BODYSTRUCTURE,
    /// RFC 7162 §3.1.4.2.
    MODSEQ,
    /// RFC 8474 §5.1.
    EMAILID,
    /// RFC 8474 §5.2.
    THREADID,
    /// The number in EMAILID, as Gmail has it.
    X_GM_MSGID,
    /// The number in THREADID.
    X_GM_THRID,
    /// The other mailboxes that hold the message.
    X_GM_LABELS,
    /// RFC 8970 §3.
    PREVIEW,
    /// RFC 8970 §4.1: only if it is at hand.
    PREVIEW_LAZY
  }

  /// How a text is called in the response.
  enum Style {
    BODY,
    RFC822,
    RFC822_HEADER,
    RFC822_TEXT,
    /// The content of a part decoded (RFC 3516 §4.2).
    BINARY
  }

  /// Octets of the message.
  ///
  /// @param from first octet wanted, or -1 for all
  /// @param count how many, when `from` is not -1
  /// @param peek whether `\Seen` is left alone
  record Text(Section section, long from, long count, boolean peek, Style style)
      implements FetchItem {

    /// Writes the item's name as it stands in the response.
    public void writeName(ImapWriter out) throws IOException {
      switch (style) {
        case RFC822 -> out.raw("RFC822");
        case RFC822_HEADER -> out.raw("RFC822.HEADER");
        case RFC822_TEXT -> out.raw("RFC822.TEXT");
        case BODY, BINARY -> {
          out.raw(style == Style.BODY ? "BODY[" : "BINARY[");
          SectionSyntax.write(section, out);
          out.raw("]");
          if (from >= 0) {
            out.raw("<").number(from).raw(">");
          }
        }
      }
    }
  }

  /// How many octets the decoded content has (RFC 3516 §4.2).
  record BinarySize(Section section) implements FetchItem {
    /// Writes the item's name as it stands in the response.
    public void writeName(ImapWriter out) throws IOException {
      out.raw("BINARY.SIZE[");
      SectionSyntax.write(section, out);
      out.raw("]");
    }
  }

  /// A macro, an item, or a list of items; in the order of the command, each once.
  static List<FetchItem> parseAll(ImapReader in) throws IOException {
    if (!in.accept('(')) {
      // RFC 3501 §6.4.5: a macro must be used by itself
      if (in.acceptWord("ALL")) {
        return List.of(Simple.FLAGS, Simple.INTERNALDATE, Simple.RFC822_SIZE, Simple.ENVELOPE);
      }
      if (in.acceptWord("FAST")) {
        return List.of(Simple.FLAGS, Simple.INTERNALDATE, Simple.RFC822_SIZE);
      }
      if (in.acceptWord("FULL")) {
        return List.of(
            Simple.FLAGS, Simple.INTERNALDATE, Simple.RFC822_SIZE, Simple.ENVELOPE, Simple.BODY);
      }
      return List.of(parse(in));
    }
    return parseList(in);
  }

  /// From behind `(` up to and with `)`.
  static List<FetchItem> parseList(ImapReader in) throws IOException {
    Set<FetchItem> items = new LinkedHashSet<>();
    do {
      if (items.size() == ITEMS_MAX) {
        throw CommandException.bad("Too many items to fetch");
      }
      items.add(parse(in));
    } while (in.acceptSpace());
    in.expect(')');
    return List.copyOf(items);
  }

  private static FetchItem parse(ImapReader in) throws IOException {
    if (in.acceptText("X-GM-")) {
      return gmail(in);
    }
    String name = in.itemName();
    boolean bracket = in.peek() == '[';
    return switch (name) {
      case "UID" -> Simple.UID;
      case "FLAGS" -> Simple.FLAGS;
      case "INTERNALDATE" -> Simple.INTERNALDATE;
      case "SAVEDATE" -> Simple.SAVEDATE;
      case "ENVELOPE" -> Simple.ENVELOPE;
      case "BODYSTRUCTURE" -> Simple.BODYSTRUCTURE;
      case "EMAILID" -> Simple.EMAILID;
      case "THREADID" -> Simple.THREADID;
      case "PREVIEW" -> in.acceptText(" (LAZY)") ? Simple.PREVIEW_LAZY : Simple.PREVIEW;
      case "MODSEQ" -> Simple.MODSEQ;
      case "RFC822.SIZE" -> Simple.RFC822_SIZE;
      case "RFC822" -> new Text(Section.WHOLE, -1, 0, false, Style.RFC822);
      case "RFC822.HEADER" -> new Text(Section.HEADER, -1, 0, true, Style.RFC822_HEADER);
      case "RFC822.TEXT" -> new Text(Section.TEXT, -1, 0, false, Style.RFC822_TEXT);
      // RFC 2062: obsolete since 1996; Outlook was seen asking for the first in December 2024.
      case "RFC822.PEEK" -> new Text(Section.WHOLE, -1, 0, true, Style.RFC822);
      case "RFC822.TEXT.PEEK" -> new Text(Section.TEXT, -1, 0, true, Style.RFC822_TEXT);
      case "BODY" -> bracket ? text(in, false, Style.BODY) : Simple.BODY;
      case "BODY.PEEK" -> text(in, true, Style.BODY);
      case "BINARY" -> text(in, false, Style.BINARY);
      case "BINARY.PEEK" -> text(in, true, Style.BINARY);
      case "BINARY.SIZE" -> {
        in.expect('[');
        yield new BinarySize(SectionSyntax.parseBinary(in));
      }
      default -> throw CommandException.bad("Unknown item " + name);
    };
  }

  private static FetchItem gmail(ImapReader in) {
    String name = in.itemName();
    return switch (name) {
      case "MSGID" -> Simple.X_GM_MSGID;
      case "THRID" -> Simple.X_GM_THRID;
      case "LABELS" -> Simple.X_GM_LABELS;
      default -> throw CommandException.bad("Unknown item X-GM-" + name);
    };
  }

  private static Text text(ImapReader in, boolean peek, Style style) throws IOException {
    in.expect('[');
    Section section =
        style == Style.BINARY ? SectionSyntax.parseBinary(in) : SectionSyntax.parse(in);
    long from = -1;
    long count = 0;
    if (in.accept('<')) {
      from = in.number();
      in.expect('.');
      count = in.nzNumber();
      in.expect('>');
    }
    return new Text(section, from, count, peek, style);
  }
}
