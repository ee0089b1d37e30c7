package org.posthorn.imap.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// RFC 3501 §6.4.5, §9: which octets of a message `BODY[…]` means.
///
/// @param part numbers of the body part; empty for the message itself
/// @param kind what of that part
/// @param fields names for the two HEADER.FIELDS kinds, as the client wrote them
public record Section(List<Integer> part, Kind kind, List<String> fields) {
  private static final int FIELDS_MAX = 1000;
  private static final int PARTS_MAX = 100;

  /// What of a part is meant.
  public enum Kind {
    /// The whole message, or the content of the part.
    ALL(""),
    HEADER("HEADER"),
    FIELDS("HEADER.FIELDS"),
    FIELDS_NOT("HEADER.FIELDS.NOT"),
    TEXT("TEXT"),
    /// The part's own MIME header.
    MIME("MIME");

    private final String word;

    Kind(String word) {
      this.word = word;
    }
  }

  public static final Section WHOLE = new Section(List.of(), Kind.ALL, List.of());
  public static final Section HEADER = new Section(List.of(), Kind.HEADER, List.of());
  public static final Section TEXT = new Section(List.of(), Kind.TEXT, List.of());

  public Section {
    part = List.copyOf(part);
    fields = List.copyOf(fields);
    if (kind == Kind.MIME && part.isEmpty()) {
      throw CommandException.bad("MIME needs a part number");
    }
  }

  /// From behind `[` up to and with `]`.
  static Section parse(ImapReader in) throws IOException {
    List<Integer> part = new ArrayList<>();
    if (in.accept(']')) {
      return WHOLE;
    }
    while (in.peek() >= '0' && in.peek() <= '9') {
      if (part.size() == PARTS_MAX) {
        throw CommandException.bad("Section has too many levels");
      }
      part.add((int) Math.min(in.nzNumber(), Integer.MAX_VALUE));
      if (in.accept(']')) {
        return new Section(part, Kind.ALL, List.of());
      }
      in.expect('.');
    }
    String word = in.itemName();
    Kind kind =
        Arrays.stream(Kind.values())
            .filter(k -> k != Kind.ALL && k.word.equals(word))
            .findFirst()
            .orElseThrow(() -> CommandException.bad("Unknown section " + word));
    List<String> fields = new ArrayList<>();
    if (kind == Kind.FIELDS || kind == Kind.FIELDS_NOT) {
      in.expectSpace();
      in.expect('(');
      do {
        if (fields.size() == FIELDS_MAX) {
          throw CommandException.bad("Too many header fields");
        }
        fields.add(in.astring());
      } while (in.acceptSpace());
      in.expect(')');
    }
    in.expect(']');
    return new Section(part, kind, fields);
  }

  public int[] path() {
    return part.stream().mapToInt(Integer::intValue).toArray();
  }

  /// Writes the section as it stands in the response, between the brackets.
  void write(ImapWriter out) throws IOException {
    for (int i = 0; i < part.size(); i++) {
      if (i > 0) {
        out.raw(".");
      }
      out.number(part.get(i));
    }
    if (kind != Kind.ALL) {
      out.raw(part.isEmpty() ? "" : ".").raw(kind.word);
    }
    if (kind == Kind.FIELDS || kind == Kind.FIELDS_NOT) {
      out.raw(" (");
      for (int i = 0; i < fields.size(); i++) {
        out.raw(i == 0 ? "" : " ").astring(fields.get(i).toUpperCase(Locale.ROOT));
      }
      out.raw(")");
    }
  }
}
