package org.posthorn.imap.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.posthorn.mime.Section;

/// Sections as they are written (RFC 3501 §9, RFC 9051 §9: section, section-binary).
public final class SectionSyntax {
  private static final int FIELDS_MAX = 1000;
  private static final int PARTS_MAX = 100;

  private SectionSyntax() {}

  /// The same of which only part numbers are allowed (RFC 3516 §7, section-binary).
  static Section parseBinary(ImapReader in) {
    List<Integer> part = new ArrayList<>();
    if (!in.accept(']')) {
      do {
        number(in, part);
      } while (in.accept('.'));
      in.expect(']');
    }
    return new Section(part, Section.Kind.ALL, List.of());
  }

  /// From behind `[` up to and with `]`.
  static Section parse(ImapReader in) throws IOException {
    List<Integer> part = new ArrayList<>();
    if (in.accept(']')) {
      return Section.WHOLE;
    }
    while (in.peek() >= '0' && in.peek() <= '9') {
      number(in, part);
      if (in.accept(']')) {
        return new Section(part, Section.Kind.ALL, List.of());
      }
      in.expect('.');
    }
    String word = in.itemName();
    Section.Kind kind = Section.Kind.find(word);
    if (kind == null) {
      throw CommandException.bad("Unknown section " + word);
    }
    if (kind == Section.Kind.MIME && part.isEmpty()) {
      throw CommandException.bad("MIME needs a part number");
    }
    List<String> fields = new ArrayList<>();
    if (kind == Section.Kind.FIELDS || kind == Section.Kind.FIELDS_NOT) {
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

  private static void number(ImapReader in, List<Integer> part) {
    if (part.size() == PARTS_MAX) {
      throw CommandException.bad("Section has too many levels");
    }
    part.add((int) Math.min(in.nzNumber(), Integer.MAX_VALUE));
  }

  /// Writes the section as it stands in the response, between the brackets.
  static void write(Section section, ImapWriter out) throws IOException {
    List<Integer> part = section.part();
    for (int i = 0; i < part.size(); i++) {
      if (i > 0) {
        out.raw(".");
      }
      out.number(part.get(i));
    }
    if (section.kind() != Section.Kind.ALL) {
      out.raw(part.isEmpty() ? "" : ".").raw(section.kind().word());
    }
    if (section.filtered()) {
      List<String> fields = section.fields();
      out.raw(" (");
      for (int i = 0; i < fields.size(); i++) {
        out.raw(i == 0 ? "" : " ").astring(fields.get(i).toUpperCase(Locale.ROOT));
      }
      out.raw(")");
    }
  }
}
