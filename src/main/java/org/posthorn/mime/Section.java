package org.posthorn.mime;

import java.util.Arrays;
import java.util.List;

/// Which octets of a message IMAP means by `BODY[…]`, or a URL by `;SECTION=`. RFC 9051 §6.4.5.1,
/// RFC 3501 §6.4.5.
///
/// @param part numbers of the body part; empty for the message itself
/// @param kind what of that part
/// @param fields names for the two HEADER.FIELDS kinds, as the client wrote them
public record Section(List<Integer> part, Kind kind, List<String> fields) {

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

    /// As it is written; empty for [#ALL].
    public String word() {
      return word;
    }

    /// The kind of that name in upper case, or null.
    public static Kind find(String word) {
      return Arrays.stream(values())
          .filter(k -> k != ALL && k.word.equals(word))
          .findFirst()
          .orElse(null);
    }
  }

  /// From octet `from` up to before `to` of the message.
  public record Span(long from, long to) {
    public long size() {
      return to - from;
    }

    /// `<first.count>` of it; behind the end there is nothing, which is no error.
    public Span part(long first, long count) {
      long start = Math.min(to, from + first);
      return new Span(start, to - start <= count ? to : start + count);
    }
  }

  public static final Section WHOLE = new Section(List.of(), Kind.ALL, List.of());
  public static final Section HEADER = new Section(List.of(), Kind.HEADER, List.of());
  public static final Section TEXT = new Section(List.of(), Kind.TEXT, List.of());

  public Section {
    part = List.copyOf(part);
    fields = List.copyOf(fields);
    if (kind == Kind.MIME && part.isEmpty()) {
      throw new IllegalArgumentException("MIME needs a part number");
    }
  }

  /// The section as a URL names it (RFC 5092 §11), or null if the text is none. Empty is the whole
  /// message.
  public static Section parse(String text) {
    return text.isEmpty() ? WHOLE : new SectionText(text).read();
  }

  /// Whether it is a choice of header fields: not all octets of the [#span] are meant.
  public boolean filtered() {
    return kind == Kind.FIELDS || kind == Kind.FIELDS_NOT;
  }

  /// The whole message.
  public boolean whole() {
    return part.isEmpty() && kind == Kind.ALL;
  }

  /// The part that is meant or whose header or text is, or null if the message has no such part.
  public Part of(Part message) {
    return part.isEmpty()
        ? message
        : message.find(part.stream().mapToInt(Integer::intValue).toArray());
  }

  /// Where the section lies, for a filtered one the header that is filtered; null if the message
  /// has no such part.
  public Span span(Part message) {
    if (part.isEmpty()) {
      return kind == Kind.ALL
          ? new Span(message.headerStart(), message.bodyEnd())
          : ofMessage(message);
    }
    Part p = of(message);
    if (p == null) {
      return null;
    }
    return switch (kind) {
      case ALL -> new Span(p.bodyStart(), p.bodyEnd());
      case MIME -> new Span(p.headerStart(), p.bodyStart());
      // RFC 3501 §6.4.5: these are of the message inside a MESSAGE/RFC822 part
      case HEADER, FIELDS, FIELDS_NOT, TEXT ->
          p.message() ? ofMessage(p.children().getFirst()) : null;
    };
  }

  private Span ofMessage(Part message) {
    return kind == Kind.TEXT
        ? new Span(message.bodyStart(), message.bodyEnd())
        : new Span(message.headerStart(), message.bodyStart());
  }
}
