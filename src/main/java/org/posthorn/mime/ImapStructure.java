package org.posthorn.mime;

import java.util.List;

/// Finished IMAP data of a message: ENVELOPE, BODY and BODYSTRUCTURE, in the grammar that RFC 3501
/// §9 and RFC 9051 §9 have in common. Strings are quoted when they can be, else literals, so there
/// is no line end outside a literal.
///
/// The results are kept in message rows, so their size is bounded: what is too large is made again
/// with shorter strings and fewer addresses and parameters, until it fits.
public final class ImapStructure {
  /// Octets of an ENVELOPE at most.
  public static final int MAX_ENVELOPE = 40 * 1024;

  /// Octets of a BODY and of a BODYSTRUCTURE at most.
  public static final int MAX_STRUCTURE = 64 * 1024;

  /// How much is told: octets of a string, addresses of a list, parameters of a part, and whether
  /// extension data (BODYSTRUCTURE) is given.
  private record Detail(int text, int addresses, int parameters, boolean extension) {}

  private static final List<Detail> DETAILS =
      List.of(
          new Detail(16 * 1024, 1_000, 200, true),
          new Detail(1_000, 100, 20, true),
          new Detail(255, 20, 8, true),
          new Detail(80, 4, 4, true),
          new Detail(0, 0, 0, false)); // RFC 9051 §7.5.2: extension data may be left out

  /// Octets of a word of the last detail.
  private static final int MIN_TEXT = 16;

  private final ImapBytes out = new ImapBytes();
  private final Detail detail;

  private ImapStructure(Detail detail) {
    this.detail = detail;
  }

  /// RFC 9051 §7.5.2, RFC 3501 §7.4.2.
  public static byte[] envelope(Part root) {
    byte[] made = null;
    for (Detail detail : DETAILS) {
      ImapStructure structure = new ImapStructure(detail);
      structure.envelopeOf(root.headers());
      made = structure.out.octets();
      if (made.length <= MAX_ENVELOPE) {
        break;
      }
    }
    return made;
  }

  public static byte[] body(Part root) {
    return structure(root, false);
  }

  public static byte[] bodyStructure(Part root) {
    return structure(root, true);
  }

  private static byte[] structure(Part root, boolean extended) {
    byte[] made = null;
    for (Detail d : DETAILS) {
      ImapStructure structure =
          new ImapStructure(
              new Detail(d.text(), d.addresses(), d.parameters(), extended && d.extension()));
      structure.bodyOf(root);
      made = structure.out.octets();
      if (made.length <= MAX_STRUCTURE) {
        break;
      }
    }
    return made;
  }

  private void envelopeOf(Headers h) {
    String from = h.firstOctets("From");
    out.ascii("(");
    nstring(h.firstOctets("Date"));
    out.ascii(" ");
    nstring(h.firstOctets("Subject"));
    out.ascii(" ");
    addresses(from);
    out.ascii(" ");
    // RFC 9051 §7.5.2: absent or empty, Sender and Reply-To are what From is.
    addresses(h.firstOctets("Sender"), from);
    out.ascii(" ");
    addresses(h.firstOctets("Reply-To"), from);
    out.ascii(" ");
    addresses(h.joinedOctets("To"));
    out.ascii(" ");
    addresses(h.joinedOctets("Cc"));
    out.ascii(" ");
    addresses(h.joinedOctets("Bcc"));
    out.ascii(" ");
    nstring(h.firstOctets("In-Reply-To"));
    out.ascii(" ");
    nstring(h.firstOctets("Message-ID"));
    out.ascii(")");
  }

  private void addresses(String field, String otherwise) {
    List<Address> list = AddressList.parse(field);
    addresses(list.isEmpty() ? AddressList.parse(otherwise) : list);
  }

  private void addresses(String field) {
    addresses(AddressList.parse(field));
  }

  private void addresses(List<Address> list) {
    int left = detail.addresses;
    if (list.isEmpty() || left == 0) {
      out.ascii("NIL");
      return;
    }
    out.ascii("(");
    for (Address a : list) {
      if (left <= 0) {
        break;
      }
      switch (a) {
        case Address.Mailbox m -> mailbox(m);
        case Address.Group g -> {
          // RFC 9051 §7.5.2: without a host name it is the begin or the end of a group.
          out.ascii("(NIL NIL ");
          string(g.name());
          out.ascii(" NIL)");
          for (Address.Mailbox m : g.members().subList(0, Math.min(left, g.members().size()))) {
            mailbox(m);
          }
          left -= g.members().size();
          out.ascii("(NIL NIL NIL NIL)");
        }
      }
      left--;
    }
    out.ascii(")");
  }

  /// A missing domain is an empty string: NIL would make it a group.
  private void mailbox(Address.Mailbox m) {
    out.ascii("(");
    nstring(m.name());
    out.ascii(" ");
    nstring(m.route());
    out.ascii(" ");
    string(m.localPart());
    out.ascii(" ");
    string(m.domain());
    out.ascii(")");
  }

  private void bodyOf(Part p) {
    out.ascii("(");
    if (p.multipart()) {
      multipart(p);
    } else {
      single(p);
    }
    out.ascii(")");
  }

  private void multipart(Part p) {
    for (Part child : p.children()) {
      bodyOf(child);
    }
    out.ascii(" ");
    string(subtype(p));
    if (detail.extension) {
      out.ascii(" ");
      parameters(p.parameters());
      extension(p);
    }
  }

  private void single(Part p) {
    // A message that was not looked into (transfer-encoded, or nested too deep) has no envelope to
    // show, so it cannot be called one.
    boolean closed = p.type().equals("message") && isMessage(p.subtype()) && p.children().isEmpty();
    out.quoted(closed ? "application" : type(p));
    out.ascii(" ");
    out.quoted(closed ? "octet-stream" : subtype(p));
    out.ascii(" ");
    parameters(p.parameters());
    out.ascii(" ");
    ntext(p.contentId());
    out.ascii(" ");
    ntext(p.description());
    out.ascii(" ");
    text(p.encoding());
    out.ascii(" " + p.size());
    if (p.message()) {
      Part inner = p.children().getFirst();
      out.ascii(" ");
      envelopeOf(inner.headers());
      out.ascii(" ");
      bodyOf(inner);
    }
    if (p.message() || p.text()) {
      out.ascii(" " + p.lines());
    }
    if (detail.extension) {
      out.ascii(" ");
      ntext(p.md5());
      extension(p);
    }
  }

  private static boolean isMessage(String subtype) {
    return subtype.equals("rfc822") || subtype.equals("global");
  }

  private String type(Part p) {
    return fits(p.type()) ? p.type() : "application";
  }

  private boolean fits(String word) {
    return detail.text > 0 || word.length() <= MIN_TEXT;
  }

  private String subtype(Part p) {
    boolean fits = fits(p.subtype());
    return fits ? p.subtype() : p.multipart() ? "mixed" : p.text() ? "plain" : "octet-stream";
  }

  /// Disposition, languages and location, which all parts have in the same order.
  private void extension(Part p) {
    out.ascii(" ");
    if (p.disposition() == null) {
      out.ascii("NIL");
    } else {
      out.ascii("(");
      text(p.disposition());
      out.ascii(" ");
      parameters(p.dispositionParameters());
      out.ascii(")");
    }
    out.ascii(" ");
    if (p.languages().isEmpty()) {
      out.ascii("NIL");
    } else {
      char before = '(';
      for (String language : p.languages().subList(0, Math.min(8, p.languages().size()))) {
        out.ascii(before == '(' ? "(" : " ");
        text(language);
        before = ' ';
      }
      out.ascii(")");
    }
    out.ascii(" ");
    ntext(p.location());
  }

  // RFC 2231 §6: continuations are joined, extended values are passed on as they are.
  private void parameters(List<Parameter> all) {
    int n = Math.min(detail.parameters, all.size());
    if (n == 0) {
      out.ascii("NIL");
      return;
    }
    char before = '(';
    for (Parameter p : all.subList(0, n)) {
      out.ascii(before == '(' ? "(" : " ");
      before = ' ';
      text(p.extended() == null ? p.name() : p.name() + "*");
      out.ascii(" ");
      text(p.extended() == null ? p.value() : p.extended());
    }
    out.ascii(")");
  }

  /// Of text with one char an octet.
  private void nstring(String octets) {
    if (octets == null || detail.text == 0) {
      out.ascii("NIL");
    } else {
      string(octets);
    }
  }

  private void string(String octets) {
    out.string(octets, Math.max(detail.text, MIN_TEXT));
  }

  private void ntext(String text) {
    nstring(text == null ? null : ImapBytes.utf8(text));
  }

  private void text(String text) {
    string(ImapBytes.utf8(text));
  }
}
