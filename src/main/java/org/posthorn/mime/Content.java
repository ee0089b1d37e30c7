package org.posthorn.mime;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the Content- fields of one entity say.
///
/// @param boundary of a multipart, null if there is none to speak of
record Content(
    String type,
    String subtype,
    List<Parameter> parameters,
    String disposition,
    List<Parameter> dispositionParameters,
    String encoding,
    byte[] boundary,
    Headers headers) {

  private static final String PLAIN = "7bit";

  static final Content OPAQUE =
      new Content(
          "application", "octet-stream", List.of(), null, List.of(), PLAIN, null, Headers.NONE);

  static Content of(Headers headers, boolean inDigest) {
    // RFC 2046 §5.1.5: parts of a digest are messages by default. RFC 2045 §5.2: all else is text.
    String type = inDigest ? "message" : "text";
    String subtype = inDigest ? "rfc822" : "plain";
    List<Parameter> parameters = List.of();
    byte[] boundary = null;
    String field = headers.firstOctets("Content-Type");
    if (field != null) {
      ParameterReader in = new ParameterReader(field);
      String written = in.mediaType();
      int slash = written.indexOf('/');
      if (slash > 0) {
        type = written.substring(0, slash);
        subtype = written.substring(slash + 1);
      } else {
        type = "text"; // RFC 2045 §5.2, also for a field that makes no sense
        subtype = "plain";
      }
      parameters = in.parameters();
      if (type.equals("multipart")) {
        boundary = boundary(parameters);
      }
    }
    String disposition = null;
    List<Parameter> dispositionParameters = List.of();
    field = headers.firstOctets("Content-Disposition");
    if (field != null) {
      ParameterReader in = new ParameterReader(field);
      disposition = in.token();
      dispositionParameters = in.parameters();
      if (disposition.isEmpty()) {
        // RFC 2183 §2.8: what is not understood is an attachment.
        disposition = dispositionParameters.isEmpty() ? null : "attachment";
      }
    }
    return new Content(
        type,
        subtype,
        parameters,
        disposition,
        dispositionParameters,
        encoding(headers),
        boundary,
        headers);
  }

  private static byte[] boundary(List<Parameter> parameters) {
    for (Parameter p : parameters) {
      if (p.name().equals("boundary")) {
        String value = p.value().stripTrailing(); // RFC 2046 §5.1.1: never ends with a space
        byte[] octets = value.getBytes(StandardCharsets.UTF_8);
        return octets.length == 0 || octets.length > MimeScanner.MAX_BOUNDARY ? null : octets;
      }
    }
    return null;
  }

  // RFC 2045 §6.1
  private static String encoding(Headers headers) {
    String field = headers.firstOctets("Content-Transfer-Encoding");
    if (field == null) {
      return PLAIN;
    }
    String token = new ParameterReader(field).token();
    return token.isEmpty() ? PLAIN : token;
  }

  boolean isMultipart() {
    return type.equals("multipart");
  }

  // RFC 2046 §5.1.5
  boolean isDigest() {
    return isMultipart() && subtype.equals("digest");
  }

  /// A message that can be read in place. RFC 2046 §5.2.1 forbids encoding it, RFC 6532 §3.7 allows
  /// it for message/global; what is encoded has no parts that offsets could name.
  boolean isMessage() {
    return type.equals("message")
        && (subtype.equals("rfc822") || subtype.equals("global"))
        && !encoding.equals("base64")
        && !encoding.equals("quoted-printable")
        && !encoding.contains("uue");
  }

  /// The same with another type: a multipart that is not looked into.
  Content opaque() {
    return as("application", "octet-stream");
  }

  /// The same with another type: a multipart in which no part was found.
  Content plain() {
    return as("text", "plain");
  }

  private Content as(String type, String subtype) {
    return new Content(
        type, subtype, List.of(), disposition, dispositionParameters, encoding, null, headers);
  }

  Part part(long headerStart, long bodyStart, long bodyEnd, long lines, List<Part> children) {
    return new Part(
        type,
        subtype,
        parameters,
        disposition,
        dispositionParameters,
        filled("Content-ID"),
        filled("Content-Description"),
        encoding,
        filled("Content-MD5"),
        languages(),
        filled("Content-Location"),
        headerStart,
        bodyStart,
        bodyEnd,
        lines,
        children,
        headers);
  }

  private String filled(String name) {
    String value = headers.first(name);
    return value == null || value.isEmpty() ? null : value;
  }

  // RFC 3282 §2
  private List<String> languages() {
    String field = headers.first("Content-Language");
    if (field == null) {
      return List.of();
    }
    List<String> languages = new ArrayList<>();
    for (String tag :
        ParameterReader.withoutComments(field).split(",", ParameterReader.MAX_PARAMETERS)) {
      String stripped = tag.strip();
      if (!stripped.isEmpty()) {
        languages.add(stripped);
      }
    }
    return languages;
  }

  static String lower(String s) {
    return s.toLowerCase(Locale.ROOT);
  }
}
