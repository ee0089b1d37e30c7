package org.posthorn.app.admin;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.posthorn.app.CommandFailed;
import org.posthorn.mime.Address;
import org.posthorn.mime.AddressList;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.EncodedWords;

/// The header of a message as a program on this machine wrote it: tells to whom it is addressed,
/// and can be completed. What is no field ends it: then a blank line goes before the text.
final class OutgoingHeader {
  /// Octets of the largest header.
  static final int MAX = 1 << 20;

  private static final Set<String> ADDRESSES =
      Set.of(
          "from",
          "sender",
          "reply-to",
          "to",
          "cc",
          "resent-from",
          "resent-sender",
          "resent-to",
          "resent-cc");

  private static final List<String> RECIPIENTS = List.of("to", "cc", "bcc");
  private static final List<String> RESENT = List.of("resent-to", "resent-cc", "resent-bcc");
  private static final Set<String> HIDDEN = Set.of("bcc", "resent-bcc");

  /// @param name in lower case
  /// @param lines as written, with their line ends
  private record Field(String name, byte[] lines) {}

  private final List<Field> fields = new ArrayList<>();
  private byte[] end = {'\r', '\n'}; // the blank line, and what was read behind it

  private OutgoingHeader() {}

  /// Reads up to the text.
  ///
  /// @param in with CRLF line ends
  static OutgoingHeader read(InputStream in) throws IOException {
    OutgoingHeader header = new OutgoingHeader();
    ByteArrayOutputStream field = new ByteArrayOutputStream();
    int left = MAX;
    boolean first = true;
    while (true) {
      byte[] line = line(in, left);
      left -= line.length;
      if (left <= 0) {
        throw new CommandFailed("the header is larger than " + MAX + " octets");
      }
      boolean continues = line.length > 0 && (line[0] == ' ' || line[0] == '\t');
      if (continues && field.size() > 0) {
        field.writeBytes(line);
        continue;
      }
      header.add(field.toByteArray());
      field.reset();
      if (first && isEnvelopeLine(line)) {
        first = false;
        continue;
      }
      first = false;
      if (name(line) == null) {
        header.endsWith(line);
        return header;
      }
      field.writeBytes(line);
    }
  }

  /// One line with its end; shorter at the end of the message, or cut at `max`.
  private static byte[] line(InputStream in, int max) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(80);
    int c;
    while (line.size() < max && (c = in.read()) >= 0) {
      line.write(c);
      if (c == '\n') {
        break;
      }
    }
    return line.toByteArray();
  }

  /// `From ana Mon Nov 30…`, which mailbox files put before a message.
  private static boolean isEnvelopeLine(byte[] line) {
    String text = new String(line, StandardCharsets.ISO_8859_1);
    return text.startsWith("From ") || text.startsWith(">From ");
  }

  /// The name of the field that begins here in lower case, or null (RFC 5322 §2.2).
  private static String name(byte[] line) {
    int i = 0;
    while (i < line.length && line[i] > ' ' && line[i] != ':' && line[i] != 0x7f) {
      i++;
    }
    int colon = i;
    while (colon < line.length && (line[colon] == ' ' || line[colon] == '\t')) {
      colon++;
    }
    boolean field = i > 0 && colon < line.length && line[colon] == ':';
    return field
        ? new String(line, 0, i, StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT)
        : null;
  }

  private void add(byte[] lines) {
    if (lines.length == 0) {
      return;
    }
    boolean whole = lines[lines.length - 1] == '\n';
    byte[] ended = whole ? lines : joined(lines, new byte[] {'\r', '\n'});
    fields.add(new Field(name(ended), ended));
  }

  private void endsWith(byte[] line) {
    boolean blank = line.length == 2 && line[0] == '\r';
    if (line.length > 0 && !blank) {
      end = joined(end, line);
    }
  }

  private static byte[] joined(byte[] a, byte[] b) {
    byte[] out = java.util.Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, out, a.length, b.length);
    return out;
  }

  boolean has(String name) {
    return fields.stream().anyMatch(f -> f.name().equals(name));
  }

  /// To whom the fields address it: those of resending, where there are any (RFC 5322 §3.6.6).
  List<Address.Mailbox> recipients() {
    boolean resent = RESENT.stream().anyMatch(this::has);
    return mailboxes(resent ? RESENT : RECIPIENTS);
  }

  /// Who wrote it, or sends it again; null if nobody says so.
  Address.Mailbox author() {
    List<Address.Mailbox> resent = mailboxes(List.of("resent-from"));
    List<Address.Mailbox> all = resent.isEmpty() ? mailboxes(List.of("from")) : resent;
    return all.isEmpty() ? null : all.getFirst();
  }

  private List<Address.Mailbox> mailboxes(List<String> names) {
    List<Address.Mailbox> all = new ArrayList<>();
    for (Field f : fields) {
      if (names.contains(f.name())) {
        all.addAll(AddressList.mailboxes(value(f)));
      }
    }
    return all;
  }

  /// Unfolded.
  private static String value(Field field) {
    String text = text(field.lines());
    return text.substring(text.indexOf(':') + 1).replace("\r\n", "").strip();
  }

  private static String text(byte[] octets) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
    } catch (CharacterCodingException e) {
      return new String(octets, StandardCharsets.ISO_8859_1);
    }
  }

  /// Sets a field that is missing before all others.
  void prepend(String name, String value) {
    byte[] line = (name + ": " + value + "\r\n").getBytes(StandardCharsets.UTF_8);
    fields.addFirst(new Field(name.toLowerCase(Locale.ROOT), line));
  }

  /// Takes out what others must not see, and gives addresses without a domain this one.
  void complete(String domain) {
    fields.removeIf(f -> HIDDEN.contains(f.name()));
    fields.replaceAll(f -> ADDRESSES.contains(f.name()) ? completed(f, domain) : f);
  }

  private static Field completed(Field field, String domain) {
    List<Address> all = AddressList.parse(value(field));
    List<Address.Mailbox> members = all.stream().flatMap(OutgoingHeader::members).toList();
    boolean bare = members.stream().anyMatch(m -> m.domain().isEmpty());
    boolean clear = members.stream().allMatch(m -> whole(m, domain) != null);
    if (!bare || !clear) {
      return field;
    }
    List<String> texts = all.stream().map(a -> text(a, domain)).toList();
    String text = text(field.lines());
    String name = text.substring(0, text.indexOf(':')).strip();
    String line = name + ": " + String.join(",\r\n\t", texts) + "\r\n";
    return new Field(field.name(), line.getBytes(StandardCharsets.UTF_8));
  }

  private static java.util.stream.Stream<Address.Mailbox> members(Address address) {
    return switch (address) {
      case Address.Mailbox m -> java.util.stream.Stream.of(m);
      case Address.Group g -> g.members().stream();
    };
  }

  private static String text(Address address, String domain) {
    return switch (address) {
      case Address.Mailbox m -> text(m, domain);
      case Address.Group g ->
          phrase(g.name())
              + ": "
              + String.join(",\r\n\t", g.members().stream().map(m -> text(m, domain)).toList())
              + ";";
    };
  }

  /// Null if it is no address.
  private static EmailAddress whole(Address.Mailbox m, String domain) {
    return EmailAddress.of(m.localPart(), m.domain().isEmpty() ? domain : m.domain());
  }

  private static String text(Address.Mailbox m, String domain) {
    String address = whole(m, domain).toString();
    return m.name() == null || m.name().isBlank() ? address : mailbox(m.name(), address);
  }

  /// A name and an address as a field holds them.
  static String mailbox(String name, String address) {
    return phrase(name) + " <" + address + ">";
  }

  /// RFC 5322 §3.2.5: words as they are, others in quotes; encoded words stay, and what is not
  /// ASCII becomes some (RFC 2047 §5).
  private static String phrase(String name) {
    String clean = name.replaceAll("\\p{Cntrl}", " ").strip();
    if (!clean.chars().allMatch(c -> c < 0x80)) {
      return EncodedWords.encode(clean);
    }
    if (clean.matches("[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")) {
      return clean;
    }
    return "\"" + clean.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /// The message, with this header before what is left of it.
  InputStream with(InputStream text) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    fields.forEach(f -> header.writeBytes(f.lines()));
    header.writeBytes(end);
    return new SequenceInputStream(new ByteArrayInputStream(header.toByteArray()), text);
  }
}
