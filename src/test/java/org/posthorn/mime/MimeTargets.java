package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;

/// Targets for fuzzing, and what holds for every input.
public final class MimeTargets {
  private static final List<String> ENCODINGS =
      List.of("base64", "quoted-printable", "7bit", "8bit", "binary", "x-uuencode", "x-unknown");

  private MimeTargets() {}

  private static String text(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }

  public static void message(byte[] input) throws IOException {
    MutationTest.check(input, Arrays.hashCode(input) >>> 1);
  }

  public static void addresses(byte[] input) {
    String field = text(input);
    AddressList.parse(field);
    for (Address.Mailbox m : AddressList.mailboxes(field)) {
      EmailAddress email = m.email();
      assertThat(email == null || email.equals(EmailAddress.parse(email.toString()))).isTrue();
    }
    EmailAddress one = EmailAddress.parse(field);
    assertThat(one == null || one.equals(EmailAddress.parse(one.toString()))).isTrue();
  }

  public static void encodedWords(byte[] input) {
    String field = text(input);
    EncodedWords.decode(field);
    String encoded = EncodedWords.encode(field);
    assertThat(encoded.chars().allMatch(c -> c < 0x7f)).isTrue();
    BaseSubject.of(field);
    MessageIds.parse(field);
  }

  public static void envelope(byte[] input) {
    var e = new Envelope(input);
    for (Envelope.Field f : Envelope.Field.values()) {
      e.text(f);
      e.firstAddress(f);
    }
  }

  public static void date(byte[] input) {
    OffsetDateTime date = MailDate.parse(text(input));
    if (date != null) {
      assertThat(MailDate.parse(MailDate.format(date))).isEqualTo(date);
    }
  }

  public static void partTable(byte[] input) {
    try {
      PartTable.encode(PartTable.decode(input));
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank(); // not made by us
    }
  }

  /// The first octet chooses the encoding.
  public static void transfer(byte[] input) throws IOException {
    int which = input.length == 0 ? 0 : (input[0] & 0xff) % ENCODINGS.size();
    var in = new ByteArrayInputStream(input, Math.min(1, input.length), input.length);
    try (var decoded = TransferDecoder.decode(in, ENCODINGS.get(which))) {
      assertThat(decoded.readAllBytes().length).isLessThanOrEqualTo(input.length + 2);
    }
  }

  /// The first line is the name.
  public static void charset(byte[] input) {
    int end = 0;
    while (end < input.length && input[end] != '\n') {
      end++;
    }
    String name = new String(input, 0, end, StandardCharsets.ISO_8859_1);
    byte[] rest = Arrays.copyOfRange(input, Math.min(end + 1, input.length), input.length);
    Charsets.find(name);
    assertThat(Charsets.decode(rest, name)).isNotNull();
  }

  /// What is selected and what is not make the whole, each with its blank line.
  public static void headerFields(byte[] input) {
    List<String> names = List.of("To", "subject");
    byte[] these = HeaderFields.select(input, names, false);
    byte[] others = HeaderFields.select(input, names, true);
    assertThat(these.length + others.length).isLessThanOrEqualTo(input.length + 6);
  }

  /// A message with binary parts, made fit for every protocol: no NUL, and no content lost.
  public static void binary(byte[] input) throws IOException {
    for (BinaryRewrite.Marked marked : BinaryRewrite.Marked.values()) {
      binary(input, marked);
    }
  }

  private static void binary(byte[] input, BinaryRewrite.Marked marked) throws IOException {
    var out = new ByteArrayOutputStream();
    Part before = MimeScanner.scan(input);
    if (!BinaryRewrite.write(() -> new ByteArrayInputStream(input), before, marked, out)) {
      assertThat(out.size()).isZero();
      return;
    }
    byte[] after = out.toByteArray();
    assertThat(Octets.indexOf(after, 0, after.length, '\0')).isNegative();
    Part changed = MimeScanner.scan(after);
    boolean encoded =
        Octets.indexOf(input, 0, input.length, '\0') >= 0
            || marked == BinaryRewrite.Marked.ENCODED && before.encoding().equals("binary");
    if (encoded && before.children().isEmpty()) {
      byte[] body = Arrays.copyOfRange(input, (int) before.bodyStart(), (int) before.bodyEnd());
      InputStream raw =
          new ByteArrayInputStream(
              after, (int) changed.bodyStart(), (int) (changed.bodyEnd() - changed.bodyStart()));
      assertThat(TransferDecoder.decode(raw, changed.encoding()).readAllBytes()).isEqualTo(body);
    }
    if (marked == BinaryRewrite.Marked.ENCODED) {
      assertThat(isText(after)).isTrue();
    }
  }

  /// No bare LF.
  private static boolean isText(byte[] b) {
    for (int i = 0; i < b.length; i++) {
      if (b[i] == '\n' && (i == 0 || b[i - 1] != '\r')) {
        return false;
      }
    }
    return true;
  }

  /// A message for a server that takes no 8-bit octets.
  public static void sevenBit(byte[] input) throws IOException {
    SevenBit seven = SevenBit.of(() -> new ByteArrayInputStream(input));
    if (!seven.possible()) {
      return;
    }
    byte[] after;
    try (InputStream in = seven.open()) {
      after = in.readAllBytes();
    }
    if (!seven.headersEightBit()) {
      for (byte b : after) {
        assertThat(b).isNotNegative();
      }
    }
    Part before = MimeScanner.scan(input);
    Part changed = MimeScanner.scan(after);
    boolean lines = new String(input, StandardCharsets.ISO_8859_1).matches("(?s)([^\r\n]|\r\n)*");
    if (before.children().isEmpty() && lines && changed.bodyEnd() == after.length) {
      InputStream old =
          new ByteArrayInputStream(input, (int) before.bodyStart(), (int) before.size());
      InputStream raw =
          new ByteArrayInputStream(after, (int) changed.bodyStart(), (int) changed.size());
      byte[] body = TransferDecoder.decode(old, before.encoding()).readAllBytes();
      if (!before.encoding().equals("base64")) {
        assertThat(TransferDecoder.decode(raw, changed.encoding()).readAllBytes()).isEqualTo(body);
      }
    }
  }

  /// A message of which a list shows the beginning.
  public static void preview(byte[] input) throws IOException {
    Part p = MimeScanner.scan(input);
    String preview =
        Preview.of(
            p,
            (from, length) ->
                new ByteArrayInputStream(input, (int) from, (int) (input.length - from)));
    assertThat(preview.codePointCount(0, preview.length()))
        .isLessThanOrEqualTo(Preview.CHARACTERS_MAX);
    assertThat(preview).isEqualTo(preview.strip());
    assertThat(preview.chars().noneMatch(Character::isISOControl)).isTrue();
  }

  /// A report of another server; and the whole as a message that may hold one.
  public static void deliveryReport(byte[] input) throws IOException {
    DeliveryReport report = DeliveryReport.parse(text(input));
    if (report != null) {
      assertThat(DeliveryReport.parse(report.format(true))).isEqualTo(report);
      String ascii = report.format(false);
      assertThat(ascii.chars().allMatch(c -> c < 0x7f)).isTrue();
      assertThat(DeliveryReport.parse(ascii).recipients()).hasSameSizeAs(report.recipients());
    }
    MessageText.Source source = DeliveryReportTest.source(input);
    Part message = MimeScanner.scan(input);
    DeliveryReport.find(message, source);
    DeliveryReport.returned(message, source);
  }
}
