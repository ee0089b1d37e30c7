package org.posthorn.mime;

import java.util.ArrayList;
import java.util.List;

/// One entity of a message: the message itself, a body part, or the message inside a
/// message/rfc822. Offsets count octets from the start of the outermost message, as given to the
/// scanner.
///
/// The header with its blank line is `headerStart..bodyStart`, the body `bodyStart..bodyEnd`. The
/// line end before a boundary belongs to the boundary (RFC 2046 §5.1.1); a header always owns its
/// last line end.
///
/// @param type lower case
/// @param subtype lower case
/// @param disposition lower case, null without Content-Disposition
/// @param contentId as written, with its angle brackets; null if absent
/// @param description as written, encoded words undecoded; null if absent
/// @param encoding lower case, `7bit` if absent
/// @param md5 null if absent
/// @param languages as written
/// @param location null if absent
/// @param lines line ends within the body
/// @param children parts of a multipart (at least one); of message/rfc822 and message/global the
///   message inside, unless it is transfer-encoded
/// @param headers of this entity, its Content- fields among them
public record Part(
    String type,
    String subtype,
    List<Parameter> parameters,
    String disposition,
    List<Parameter> dispositionParameters,
    String contentId,
    String description,
    String encoding,
    String md5,
    List<String> languages,
    String location,
    long headerStart,
    long bodyStart,
    long bodyEnd,
    long lines,
    List<Part> children,
    Headers headers) {

  public Part {
    if (headerStart < 0 || headerStart > bodyStart || bodyStart > bodyEnd) {
      throw new IllegalArgumentException(
          "offsets out of order: " + headerStart + " " + bodyStart + " " + bodyEnd);
    }
    parameters = List.copyOf(parameters);
    dispositionParameters = List.copyOf(dispositionParameters);
    languages = List.copyOf(languages);
    children = List.copyOf(children);
  }

  /// A multipart always has a child: one without any is given as text/plain.
  public boolean multipart() {
    return type.equals("multipart") && !children.isEmpty();
  }

  /// A message/rfc822 or message/global whose only child is the message inside.
  public boolean message() {
    return type.equals("message") && !children.isEmpty();
  }

  public boolean text() {
    return type.equals("text");
  }

  /// Octets of the body, as transferred.
  public long size() {
    return bodyEnd - bodyStart;
  }

  /// A Content-Type parameter, or null.
  public String parameter(String name) {
    return find(parameters, name);
  }

  /// A Content-Disposition parameter, or null.
  public String dispositionParameter(String name) {
    return find(dispositionParameters, name);
  }

  /// The name to save this part under, decoded but otherwise as the sender wrote it (it may hold
  /// path separators, control characters or worse); null if none.
  public String fileName() {
    String name = dispositionParameter("filename");
    if (name == null) {
      name = parameter("name");
    }
    return name == null ? null : EncodedWords.decode(name);
  }

  /// The same part with so many octets and no transfer encoding.
  public Part decoded(long octets) {
    return new Part(
        type,
        subtype,
        parameters,
        disposition,
        dispositionParameters,
        contentId,
        description,
        "binary",
        md5,
        languages,
        location,
        headerStart,
        bodyStart,
        bodyStart + octets,
        lines,
        children,
        headers);
  }

  /// The part with these IMAP part numbers, or null. A message that is no multipart has one part,
  /// number 1: itself. RFC 9051 §6.4.5.1, RFC 3501 §6.4.5.
  public Part find(int... path) {
    Part at = this;
    boolean top = true;
    for (int n : path) {
      Part owner = !top && at.message() ? at.children.getFirst() : at;
      if (owner.multipart()) {
        if (n < 1 || n > owner.children.size()) {
          return null;
        }
        at = owner.children.get(n - 1);
      } else if (n == 1 && (top || at.message())) {
        at = owner;
      } else {
        return null;
      }
      top = false;
    }
    return at;
  }

  /// The same parts in a message that begins with so many octets more, which belong to the header
  /// of this part, the outermost (trace fields put in front). The fields in them are not in the
  /// headers, which are therefore not complete.
  public Part behind(int octets) {
    return octets == 0 ? this : moved(octets, true);
  }

  private Part moved(int octets, boolean outermost) {
    List<Part> moved = new ArrayList<>(children.size());
    for (Part child : children) {
      moved.add(child.moved(octets, false));
    }
    return new Part(
        type,
        subtype,
        parameters,
        disposition,
        dispositionParameters,
        contentId,
        description,
        encoding,
        md5,
        languages,
        location,
        outermost ? headerStart : headerStart + octets,
        bodyStart + octets,
        bodyEnd + octets,
        lines,
        moved,
        headers.moved(octets, !outermost && headers.complete()));
  }

  private static String find(List<Parameter> parameters, String name) {
    for (Parameter p : parameters) {
      if (p.name().equalsIgnoreCase(name)) {
        return p.value();
      }
    }
    return null;
  }
}
