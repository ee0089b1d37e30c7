package org.posthorn.mta.filter;

import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.posthorn.smtp.Reply;

/// What a milter says, as far as it was offered to say it.
sealed interface MilterReply {
  /// Go on with the next step.
  record Continue() implements MilterReply {}

  /// The message is good, whatever is still to come.
  record Accept() implements MilterReply {}

  record Reject() implements MilterReply {}

  record TemporaryFailure() implements MilterReply {}

  /// The message is to be taken and thrown away.
  record Discard() implements MilterReply {}

  /// Refused in the milter's own words.
  record Words(Reply reply) implements MilterReply {}

  /// The connection is to be ended with 421.
  record Shutdown() implements MilterReply {}

  /// Still working, the time begins anew: with us it does not.
  record Progress() implements MilterReply {}

  /// No more of the body is wanted.
  record Skip() implements MilterReply {}

  /// Our offer, accepted in part.
  record Options(int version, int actions, int steps) implements MilterReply {}

  record Quarantine(String reason) implements MilterReply {}

  /// A field to be added, wherever in the header.
  record AddHeader(String name, String value) implements MilterReply {}

  /// A field to be changed, or to be taken out if the value is empty.
  ///
  /// @param index from 1
  record ChangeHeader(int index, String name, String value) implements MilterReply {}

  /// `5xx 5.x.x text`, perhaps of several lines; the second code may be missing.
  Pattern WORDS =
      Pattern.compile("([45][0-9]{2})(?:[ -](?:([245](?:\\.[0-9]{1,3}){2})(?: |$))?(.*))?");

  int WORDS_MAX = 16;

  /// Reads one packet.
  ///
  /// @throws ProtocolException when it is none, or none that was offered
  static MilterReply parse(int code, byte[] data) throws ProtocolException {
    return switch (code) {
      case 'c' -> bare(new Continue(), data);
      case 'a' -> bare(new Accept(), data);
      case 'r' -> bare(new Reject(), data);
      case 't' -> bare(new TemporaryFailure(), data);
      case 'd' -> bare(new Discard(), data);
      case '4' -> bare(new Shutdown(), data);
      case 'f' -> bare(new TemporaryFailure(), data);
      case 'p' -> bare(new Progress(), data);
      case 's' -> bare(new Skip(), data);
      case 'y' -> new Words(words(text(data, 0, end(data, 0))));
      case 'q' -> new Quarantine(text(data, 0, end(data, 0)));
      case 'O' -> options(data);
      case 'h' -> addition(data, 0);
      case 'i' -> {
        number(data, 0); // where: all that is added stands before the message
        yield addition(data, 4);
      }
      case 'm' -> change(data);
      default ->
          throw new ProtocolException(
              "asks for what it was not offered: " + (char) printable(code));
    };
  }

  private static int printable(int code) {
    return code > ' ' && code <= '~' ? code : '?';
  }

  private static MilterReply bare(MilterReply reply, byte[] data) throws ProtocolException {
    if (data.length > 0) {
      throw new ProtocolException("octets behind an answer that has none");
    }
    return reply;
  }

  private static Options options(byte[] data) throws ProtocolException {
    // Lists of macros it would like may follow; all that we have are sent anyway.
    return new Options(number(data, 0), number(data, 4), number(data, 8));
  }

  private static AddHeader addition(byte[] data, int from) throws ProtocolException {
    int name = end(data, from);
    int value = end(data, name + 1);
    return new AddHeader(text(data, from, name), text(data, name + 1, value));
  }

  private static ChangeHeader change(byte[] data) throws ProtocolException {
    int index = number(data, 0);
    if (index < 0) {
      throw new ProtocolException("no such header: " + index);
    }
    AddHeader field = addition(data, 4);
    return new ChangeHeader(Math.max(1, index), field.name(), field.value());
  }

  private static int number(byte[] data, int from) throws ProtocolException {
    if (data.length < from + 4) {
      throw new ProtocolException("an answer that is cut off");
    }
    int number = 0;
    for (int i = from; i < from + 4; i++) {
      number = number << 8 | data[i] & 0xff;
    }
    return number;
  }

  /// Where the text from there on ends, at its NUL.
  private static int end(byte[] data, int from) throws ProtocolException {
    for (int i = from; i < data.length; i++) {
      if (data[i] == 0) {
        return i;
      }
    }
    throw new ProtocolException("a text without an end");
  }

  private static String text(byte[] data, int from, int to) {
    return new String(data, from, to - from, StandardCharsets.UTF_8);
  }

  /// A reply in the words of the milter. Its percent signs come twice, for Sendmail uses it as a
  /// format.
  private static Reply words(String text) throws ProtocolException {
    List<String> lines = new ArrayList<>();
    String code = null;
    String enhanced = null;
    for (String line : text.split("\r\n|\n|\r", WORDS_MAX)) {
      Matcher m = WORDS.matcher(FieldText.printable(line, 500).stripTrailing());
      if (!m.matches() || code != null && !code.equals(m.group(1))) {
        if (code != null && line.isBlank()) {
          continue;
        }
        throw new ProtocolException("no SMTP reply: " + FieldText.printable(text, 80));
      }
      code = m.group(1);
      if (enhanced == null && m.group(2) != null && m.group(2).charAt(0) == code.charAt(0)) {
        enhanced = m.group(2);
      }
      lines.add(m.group(3) == null ? "" : m.group(3).replace("%%", "%"));
    }
    return new Reply(
        Integer.parseInt(code), enhanced == null ? code.charAt(0) + ".7.1" : enhanced, lines);
  }
}
