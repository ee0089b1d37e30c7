package org.posthorn.mime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The compact form of a [Part] that a message row keeps: what FETCH of sections, BINARY and SEARCH
/// need to find and decode a part without reading the message again.
///
/// Kept are the tree, types, the character set, transfer encodings, whether a part is inline or an
/// attachment, offsets and lines, and of the outermost header where its fields lie. Not kept are
/// other parameters, other Content- fields and the values of header fields.
///
/// Octets: format version; the parts, each before its children; the header index. Numbers are
/// unsigned LEB128. A frequent word is its place in a list, any other is 0 and the word. The lists
/// are part of the format: append to them, never change them.
public final class PartTable {
  private static final int VERSION = 1;

  /// Octets of a table at most.
  public static final int MAX_TABLE = 48 * 1024;

  /// Fields in the header index; of more, the first are kept and [Headers#complete()] is false.
  public static final int MAX_INDEXED = 200;

  private static final int MAX_WORD = 64;

  private static final List<String> TYPES =
      List.of(
          "",
          "text/plain",
          "text/html",
          "multipart/mixed",
          "multipart/alternative",
          "multipart/related",
          "multipart/signed",
          "multipart/report",
          "multipart/digest",
          "multipart/encrypted",
          "message/rfc822",
          "message/global",
          "message/delivery-status",
          "message/disposition-notification",
          "application/octet-stream",
          "application/pdf",
          "application/zip",
          "application/msword",
          "application/vnd.ms-excel",
          "application/pgp-signature",
          "application/pgp-encrypted",
          "application/pkcs7-signature",
          "application/x-pkcs7-signature",
          "application/pkcs7-mime",
          "application/ics",
          "application/json",
          "application/xml",
          "application/gzip",
          "text/calendar",
          "text/rfc822-headers",
          "text/csv",
          "text/xml",
          "text/x-vcard",
          "text/vcard",
          "text/enriched",
          "image/jpeg",
          "image/png",
          "image/gif",
          "image/svg+xml",
          "image/webp",
          "image/heic",
          "audio/mpeg",
          "audio/x-wav",
          "video/mp4",
          "video/quicktime",
          "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
          "application/vnd.openxmlformats-officedocument.presentationml.presentation");

  private static final List<String> ENCODINGS =
      List.of("", "7bit", "8bit", "binary", "quoted-printable", "base64", "x-uuencode");

  private static final List<String> CHARSETS =
      List.of(
          "",
          "utf-8",
          "us-ascii",
          "iso-8859-1",
          "iso-8859-2",
          "iso-8859-15",
          "windows-1250",
          "windows-1251",
          "windows-1252",
          "koi8-r",
          "koi8-u",
          "iso-2022-jp",
          "shift_jis",
          "gb2312",
          "gbk",
          "gb18030",
          "big5",
          "euc-kr",
          "utf-16",
          "windows-1256");

  private static final List<String> FIELDS =
      List.of(
          "",
          "Received",
          "Return-Path",
          "Delivered-To",
          "X-Original-To",
          "Date",
          "From",
          "Sender",
          "Reply-To",
          "To",
          "Cc",
          "Bcc",
          "Subject",
          "Message-ID",
          "Message-Id",
          "In-Reply-To",
          "References",
          "MIME-Version",
          "Mime-Version",
          "Content-Type",
          "Content-type",
          "Content-Transfer-Encoding",
          "Content-Disposition",
          "Content-Language",
          "Content-ID",
          "DKIM-Signature",
          "Authentication-Results",
          "ARC-Seal",
          "ARC-Message-Signature",
          "ARC-Authentication-Results",
          "Received-SPF",
          "X-Received",
          "List-Unsubscribe",
          "List-Unsubscribe-Post",
          "List-Id",
          "List-ID",
          "List-Post",
          "List-Help",
          "List-Subscribe",
          "List-Archive",
          "Precedence",
          "Auto-Submitted",
          "User-Agent",
          "X-Mailer",
          "X-Priority",
          "Importance",
          "Thread-Topic",
          "Thread-Index",
          "Organization",
          "Feedback-ID",
          "Comments",
          "Keywords",
          "Errors-To",
          "X-Spam-Status",
          "X-Spam-Score",
          "X-Google-Smtp-Source",
          "X-Gm-Message-State",
          "X-Google-DKIM-Signature",
          "X-MS-Has-Attach",
          "X-MS-TNEF-Correlator",
          "X-OriginatorOrg",
          "Accept-Language",
          "DomainKey-Signature");

  private static final int HAS_CHILDREN = 1;
  private static final int HAS_CHARSET = 2;
  private static final int INLINE = 4;
  private static final int ATTACHMENT = 8;

  private PartTable() {}

  public static byte[] encode(Part root) {
    Writer full = new Writer(true);
    byte[] table = full.table(root);
    return table.length <= MAX_TABLE ? table : new Writer(false).table(root);
  }

  /// The part with empty lists and nulls for what is not kept. Only the outermost part has headers,
  /// with null values.
  ///
  /// @throws IllegalArgumentException if these octets were not made by [#encode]
  public static Part decode(byte[] table) {
    try {
      return new Reader(table).root();
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("damaged part table", e);
    }
  }

  private static final class Writer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    private final boolean rareWords; // of parts: types and names that are in no list

    Writer(boolean rareWords) {
      this.rareWords = rareWords;
    }

    byte[] table(Part root) {
      out.write(VERSION);
      part(root, 0);
      index(root.headers());
      return out.toByteArray();
    }

    /// @param before where the last offset written lies
    private void part(Part p, long before) {
      String charset = p.parameter("charset");
      boolean keepCharset =
          charset != null
              && charset.length() <= MAX_WORD
              && isKept(CHARSETS, Content.lower(charset));
      boolean inline = "inline".equals(p.disposition());
      out.write(
          (p.children().isEmpty() ? 0 : HAS_CHILDREN)
              | (keepCharset ? HAS_CHARSET : 0)
              | (inline ? INLINE : p.disposition() == null ? 0 : ATTACHMENT));
      String type = p.type() + "/" + p.subtype();
      word(TYPES, isKept(TYPES, type) ? type : substitute(p));
      String encoding = p.encoding().length() <= MAX_WORD ? p.encoding() : "unknown";
      word(ENCODINGS, isKept(ENCODINGS, encoding) ? encoding : "7bit");
      if (keepCharset) {
        word(CHARSETS, Content.lower(charset));
      }
      number(p.headerStart() - before);
      number(p.bodyStart() - p.headerStart());
      number(p.size());
      number(p.lines());
      if (!p.children().isEmpty()) {
        number(p.children().size());
        long last = p.bodyStart();
        for (Part child : p.children()) {
          part(child, last);
          last = child.bodyEnd();
        }
      }
    }

    private boolean isKept(List<String> list, String word) {
      return rareWords || list.contains(word);
    }

    private static String substitute(Part p) {
      return switch (p.type()) {
        case "multipart" -> "multipart/mixed";
        case "text" -> "text/plain";
        default -> "application/octet-stream";
      };
    }

    private void index(Headers h) {
      List<Headers.Header> all = h.all();
      int n = Math.min(MAX_INDEXED, all.size());
      out.write(h.complete() && n == all.size() ? 1 : 0);
      number(n);
      long last = 0;
      for (Headers.Header field : all.subList(0, n)) {
        word(FIELDS, field.name());
        number(field.offset() - last);
        number(field.length());
        last = field.offset() + field.length();
      }
    }

    private void word(List<String> list, String word) {
      int place = list.indexOf(word);
      if (place > 0) {
        out.write(place);
        return;
      }
      out.write(0);
      byte[] b = word.getBytes(StandardCharsets.UTF_8);
      number(b.length);
      out.writeBytes(b);
    }

    private void number(long n) {
      long rest = n;
      for (; rest >= 0x80; rest >>>= 7) {
        out.write((int) rest & 0x7f | 0x80);
      }
      out.write((int) rest);
    }
  }

  private static final class Reader {
    private final byte[] b;
    private int pos;

    Reader(byte[] table) {
      b = table;
    }

    Part root() {
      if (b[pos++] != VERSION) {
        throw new IllegalArgumentException("part table of version " + b[0]);
      }
      // The index comes after the parts, and the root needs it first.
      int parts = pos;
      part(0, 0, Headers.NONE);
      Headers headers = index();
      if (pos != b.length) {
        throw new IllegalArgumentException("part table with a tail");
      }
      pos = parts;
      return part(0, 0, headers);
    }

    private Part part(long before, int depth, Headers headers) {
      if (depth > MimeScanner.MAX_DEPTH + 1) {
        throw new IllegalArgumentException("part table too deep");
      }
      int flags = b[pos++];
      String type = word(TYPES);
      int slash = type.indexOf('/');
      if (slash < 0) {
        throw new IllegalArgumentException("part table with type " + type);
      }
      String encoding = word(ENCODINGS);
      List<Parameter> parameters =
          (flags & HAS_CHARSET) == 0
              ? List.of()
              : List.of(new Parameter("charset", word(CHARSETS)));
      long headerStart = before + number();
      long bodyStart = headerStart + number();
      long bodyEnd = bodyStart + number();
      long lines = number();
      List<Part> children = new ArrayList<>();
      if ((flags & HAS_CHILDREN) != 0) {
        long last = bodyStart;
        for (long n = number(); n > 0; n--) {
          children.add(part(last, depth + 1, Headers.NONE));
          last = children.getLast().bodyEnd();
        }
      }
      return new Part(
          type.substring(0, slash),
          type.substring(slash + 1),
          parameters,
          (flags & INLINE) != 0 ? "inline" : (flags & ATTACHMENT) != 0 ? "attachment" : null,
          List.of(),
          null,
          null,
          encoding,
          null,
          List.of(),
          null,
          headerStart,
          bodyStart,
          bodyEnd,
          lines,
          children,
          headers);
    }

    private Headers index() {
      boolean complete = b[pos++] == 1;
      int n = (int) Math.min(number(), MAX_INDEXED);
      Headers.Index index = new Headers.Index(n);
      ByteArrayOutputStream names = new ByteArrayOutputStream(16 * n);
      long last = 0;
      for (int i = 0; i < n; i++) {
        int start = names.size();
        names.writeBytes(word(FIELDS).getBytes(StandardCharsets.ISO_8859_1));
        long offset = last + number();
        int length = (int) number();
        index.add(start, names.size(), -1, -1, offset, length);
        last = offset + length;
      }
      return new Headers(names.toByteArray(), index, complete);
    }

    private String word(List<String> list) {
      int place = b[pos++];
      if (place != 0) {
        return list.get(place);
      }
      int length = (int) number();
      String word = new String(b, pos, length, StandardCharsets.UTF_8);
      pos += length;
      return word;
    }

    private long number() {
      long n = 0;
      for (int shift = 0; shift < 63; shift += 7) {
        byte next = b[pos++];
        n |= (long) (next & 0x7f) << shift;
        if (next >= 0) {
          return n;
        }
      }
      throw new IllegalArgumentException("part table with an endless number");
    }
  }
}
