package org.posthorn.mime;

import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a delivery status notification says for machines (RFC 3464 §2, RFC 6533 §4): the fields of
/// its message/delivery-status or message/global-delivery-status.
///
/// No text in it holds control characters; white space is one space. Whatever is longer than
/// [#TEXT_MAX] is cut.
///
/// @param envelopeId the sender's name for the message (ENVID); "" without
/// @param reporter who reports, as `dns; mx.example.test`
/// @param arrived when the reporter got the message; null if it is not told
/// @param deliverBy until when the sender wanted it delivered (RFC 2852 §5); null without
/// @param recipients at least one
public record DeliveryReport(
    String envelopeId,
    Name reporter,
    OffsetDateTime arrived,
    OffsetDateTime deliverBy,
    List<Recipient> recipients) {
  public static final int TEXT_MAX = 2_000;

  /// RFC 5322 §2.1.1 allows lines of 998 octets; a longer word is broken.
  private static final int WORD_MAX = 200;

  /// Where lines are folded.
  private static final int LINE = 76;

  public static final String RFC822 = "rfc822";
  public static final String UTF_8 = "utf-8";
  public static final String DNS = "dns";
  public static final String SMTP = "smtp";

  public DeliveryReport {
    envelopeId = clean(envelopeId);
    recipients = List.copyOf(recipients);
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("a report about nobody");
    }
  }

  /// A value with what kind of value it is (RFC 3464 §2.1.2).
  ///
  /// @param type atom in lower case
  public record Name(String type, String value) {
    public Name {
      type = type.toLowerCase(Locale.ROOT);
      value = clean(value);
      if (!isAtom(type)) {
        throw new IllegalArgumentException("no type: " + type);
      }
    }

    /// An address as people write it, of type `utf-8` if it needs that (RFC 6533 §3).
    public static Name address(String address) {
      return new Name(isAscii(address) ? RFC822 : UTF_8, address);
    }
  }

  /// What became of one recipient.
  ///
  /// @param original whom the sender named (ORCPT); null if nobody says
  /// @param address the recipient as the reporter knew it
  /// @param status as `5.1.1` (RFC 3463)
  /// @param remote who said so; null if it was the reporter
  /// @param diagnostic in whose words, as `smtp; 550 no such user`; null without
  /// @param lastTried null if it is not told
  /// @param until how long a delayed message is tried; null if it is not told
  /// @param logId the name of the message in the log of the remote; "" without
  public record Recipient(
      Name original,
      Name address,
      Action action,
      String status,
      Name remote,
      Name diagnostic,
      OffsetDateTime lastTried,
      OffsetDateTime until,
      String logId) {
    public Recipient {
      logId = clean(logId);
      if (!isStatus(status)) {
        throw new IllegalArgumentException("no status: " + status);
      }
    }
  }

  /// RFC 3464 §2.3.3
  public enum Action {
    /// Never.
    FAILED,
    /// Not yet.
    DELAYED,
    /// In its mailbox.
    DELIVERED,
    /// Handed to a host that will not report.
    RELAYED,
    /// Handed on to several others.
    EXPANDED
  }

  /// Whether it cannot be told in ASCII without loss of an address: it is of type
  /// message/global-delivery-status then.
  public boolean global() {
    for (Recipient r : recipients) {
      if (!isAscii(r.address().value()) || r.original() != null && !isAscii(r.original().value())) {
        return true;
      }
    }
    return false;
  }

  /// The body of the part, with CRLF.
  ///
  /// @param utf8 for message/global-delivery-status; otherwise in ASCII, addresses by RFC 6533 §3
  ///   and all other letters lost
  public String format(boolean utf8) {
    var out = new Fields(utf8);
    if (!envelopeId.isEmpty()) {
      out.add("Original-Envelope-Id", envelopeId);
    }
    out.add("Reporting-MTA", reporter);
    out.add("Arrival-Date", arrived);
    out.add("Deliver-By-Date", deliverBy);
    for (Recipient r : recipients) {
      out.blank();
      out.address("Original-Recipient", r.original());
      out.address("Final-Recipient", r.address());
      out.add("Action", r.action().name().toLowerCase(Locale.ROOT));
      out.add("Status", r.status());
      out.add("Remote-MTA", r.remote());
      out.add("Diagnostic-Code", r.diagnostic());
      out.add("Last-Attempt-Date", r.lastTried());
      if (!r.logId().isEmpty()) {
        out.add("Final-Log-ID", r.logId());
      }
      out.add("Will-Retry-Until", r.until());
    }
    return out.text.toString();
  }

  /// Reads the body of such a part; null if it reports of nobody. Nothing makes it throw; what it
  /// does not understand is left out.
  public static DeliveryReport parse(String body) {
    return DeliveryReportReader.parse(body);
  }

  /// The report in a message; null if there is none. Of a report of boundless size the beginning is
  /// read.
  public static DeliveryReport find(Part message, MessageText.Source source) throws IOException {
    return DeliveryReportReader.find(message, source);
  }

  /// The Message-ID of the message that a notification returns, without brackets; null if it cannot
  /// be told.
  public static String returned(Part message, MessageText.Source source) throws IOException {
    return DeliveryReportReader.returned(message, source);
  }

  /// As fields are written: folded at spaces.
  private static final class Fields {
    private final StringBuilder text = new StringBuilder(512);
    private final boolean utf8;

    Fields(boolean utf8) {
      this.utf8 = utf8;
    }

    void blank() {
      text.append("\r\n");
    }

    void address(String name, Name value) {
      boolean encode = value != null && !utf8 && value.type().equals(UTF_8);
      add(name, encode ? new Name(UTF_8, Unitext.encode(value.value())) : value);
    }

    void add(String name, Name value) {
      if (value != null) {
        add(name, value.type() + "; " + value.value());
      }
    }

    void add(String name, OffsetDateTime value) {
      if (value != null) {
        add(name, MailDate.format(value));
      }
    }

    void add(String name, String value) {
      text.append(name).append(':');
      int column = name.length() + 1;
      for (String word : (utf8 ? value : ascii(value)).split(" ")) {
        if (column + 1 + word.length() > LINE && column > name.length() + 1) {
          text.append("\r\n");
          column = 0;
        }
        text.append(' ').append(word);
        column += 1 + word.length();
      }
      text.append("\r\n");
    }
  }

  private static String ascii(String text) {
    return isAscii(text) ? text : text.replaceAll("[^\\x00-\\x7f]", "?");
  }

  static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c < 0x80);
  }

  static boolean isAtom(String type) {
    return !type.isEmpty()
        && type.length() <= 64
        && type.chars()
            .allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '_');
  }

  /// RFC 3464 §2.3.4: no zeros in front.
  static boolean isStatus(String s) {
    String[] numbers = s.split("\\.", -1);
    if (s.length() > 9 || numbers.length != 3 || !List.of("2", "4", "5").contains(numbers[0])) {
      return false;
    }
    for (String n : numbers) {
      boolean digits = !n.isEmpty() && n.chars().allMatch(c -> c >= '0' && c <= '9');
      if (!digits || n.length() > 3 || n.length() > 1 && n.charAt(0) == '0') {
        return false;
      }
    }
    return true;
  }

  /// On one line, of words that fit into lines.
  static String clean(String text) {
    int length = Math.min(text.length(), TEXT_MAX);
    var out = new StringBuilder(length);
    int word = 0;
    for (int i = 0; i < length && out.length() < TEXT_MAX - 1; ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (isWhite(c)) {
        word = 0;
        if (!out.isEmpty() && out.charAt(out.length() - 1) != ' ') {
          out.append(' ');
        }
        continue;
      }
      if (word == WORD_MAX) {
        out.append(' ');
        word = 0;
      }
      out.appendCodePoint(c >= 0xd800 && c <= 0xdfff ? '?' : c);
      word++;
    }
    int end = out.length();
    while (end > 0 && out.charAt(end - 1) == ' ') {
      end--;
    }
    return out.substring(0, end);
  }

  /// What could end a line somewhere, or hide text.
  private static boolean isWhite(int c) {
    return c <= ' '
        || c >= 0x7f && c <= 0xa0
        || c == 0x2028
        || c == 0x2029
        || c >= 0x200b && c <= 0x200f
        || c >= 0x202a && c <= 0x202e
        || c == 0xfeff;
  }

  /// All recipients with that action.
  public List<Recipient> with(Action action) {
    List<Recipient> found = new ArrayList<>();
    for (Recipient r : recipients) {
      if (r.action() == action) {
        found.add(r);
      }
    }
    return found;
  }
}
