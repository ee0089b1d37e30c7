package org.posthorn.mta.filter;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;

/// One message told to a milter, step by step as if its client were speaking now, though all of it
/// is here.
///
/// So a recipient that the milter refuses cannot be refused alone any more: the message is refused
/// when all of them are. Once.
final class MilterTalk {
  static final int CONNECT = 'C';
  static final int HELO = 'H';
  static final int MAIL = 'M';
  static final int RCPT = 'R';
  static final int DATA = 'T';
  static final int HEADER = 'L';
  static final int END_OF_HEADER = 'N';
  static final int BODY = 'B';
  static final int END_OF_MESSAGE = 'E';
  static final int OPTIONS = 'O';
  static final int ABORT = 'A';
  static final int QUIT = 'Q';

  /// Fields of one header that are told. A header of a million of them would otherwise be a way to
  /// keep the milter from ever seeing the body.
  static final int FIELDS_MAX = 2000;

  /// Answers to the end of the message: changes, and signs of life.
  static final int ANSWERS_MAX = 10_000;

  private static final Reply REJECTED = Reply.of(550, "5.7.1", "The message is not wanted here");

  private static final Reply LATER =
      Reply.of(451, "4.7.1", "The message cannot be taken now, try again later");

  private static final byte[] NOTHING = {};

  private final MilterWire wire;
  private final Letter letter;
  private final MilterMacros macros;
  private final Finding finding = new Finding();
  private Negotiation agreed;
  private boolean over; // it has said its last word
  private boolean skip; // it has seen enough of the body

  MilterTalk(MilterWire wire, Letter letter) {
    this.wire = wire;
    this.letter = letter;
    this.macros = new MilterMacros(letter);
  }

  /// The whole talk, but for the flush at its end.
  ///
  /// @throws Unreachable when it does not even answer to what is no message yet
  Finding run() throws IOException {
    try {
      negotiate();
    } catch (IOException e) {
      throw new Unreachable(e);
    }
    envelope();
    if (!over) {
      message();
    }
    if (!over) {
      end();
    } else {
      wire.send(ABORT, NOTHING);
    }
    wire.send(QUIT, NOTHING);
    return finding;
  }

  private void negotiate() throws IOException {
    wire.send(
        OPTIONS, MilterWire.numbers(Negotiation.VERSION, Negotiation.ACTIONS, Negotiation.STEPS));
    if (!(wire.read() instanceof MilterReply.Options options)) {
      throw new ProtocolException("does not answer to our offer");
    }
    agreed = Negotiation.of(options);
  }

  private void envelope() throws IOException {
    step(CONNECT, Negotiation.NO_CONNECT, Negotiation.SILENT_CONNECT, macros.connect(), client());
    String hello = letter.client().hello();
    if (!hello.isEmpty()) {
      byte[] data = MilterWire.strings(List.of(hello));
      step(HELO, Negotiation.NO_HELO, Negotiation.SILENT_HELO, macros.hello(), data);
    }
    byte[] sender = MilterWire.strings(mail(letter.sender()));
    step(MAIL, Negotiation.NO_MAIL, Negotiation.SILENT_MAIL, macros.mail(), sender);
    recipients();
    step(DATA, Negotiation.NO_DATA, Negotiation.SILENT_DATA, macros.id(), NOTHING);
  }

  private byte[] client() {
    InetAddress address = letter.client().endpoint().remote().getAddress();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    data.writeBytes(MilterWire.strings(List.of(macros.clientName())));
    data.write(address instanceof Inet6Address ? '6' : '4');
    int port = letter.client().endpoint().remote().getPort();
    data.write(port >>> 8);
    data.write(port);
    data.writeBytes(MilterWire.strings(List.of(letter.clientAddress())));
    return data.toByteArray();
  }

  private static List<String> mail(Sender sender) {
    List<String> words = new ArrayList<>(List.of(sender.path().toString()));
    if (sender.size() > 0) {
      words.add("SIZE=" + sender.size());
    }
    if (sender.body() != Body.SEVEN_BIT) {
      words.add("BODY=8BITMIME"); // what came as binary is text by now
    }
    if (sender.options().utf8()) {
      words.add("SMTPUTF8");
    }
    return words;
  }

  private void recipients() throws IOException {
    int taken = 0;
    Finding refused = new Finding();
    for (ForwardPath to : letter.recipients()) {
      if (over) {
        return;
      }
      byte[] data = MilterWire.strings(List.of(to.toString()));
      MilterReply answer =
          ask(RCPT, Negotiation.NO_RCPT, Negotiation.SILENT_RCPT, macros.recipient(to), data);
      Reply no = answer == null ? null : refusal(answer);
      if (no == null || answer instanceof MilterReply.Discard) {
        taken++;
        hear(answer);
      } else if (taken == 0) {
        refused.reject(no, words(no));
      }
    }
    if (taken == 0 && !letter.recipients().isEmpty() && !over) {
      OutsideVerdict no = refused.verdict("");
      finding.reject(no.reply(), no.reason());
      over = true;
    }
  }

  private void message() throws IOException {
    try (InputStream octets = letter.octets().open()) {
      HeaderLines header = new HeaderLines(octets);
      List<String> none = macros.id();
      int fields = 0;
      for (HeaderLines.Field f = header.next(); f != null; f = header.next()) {
        if (over) {
          return;
        }
        if (fields++ < FIELDS_MAX) {
          step(HEADER, Negotiation.NO_HEADERS, Negotiation.SILENT_HEADER, null, field(f));
        }
      }
      step(
          END_OF_HEADER,
          Negotiation.NO_END_OF_HEADER,
          Negotiation.SILENT_END_OF_HEADER,
          none,
          NOTHING);
      if (!agreed.has(Negotiation.NO_BODY)) {
        body(header.body());
      }
    }
  }

  private void body(InputStream in) throws IOException {
    byte[] chunk = new byte[MilterWire.CHUNK];
    while (!over && !skip) {
      int n = in.readNBytes(chunk, 0, chunk.length);
      if (n == 0) {
        return;
      }
      wire.send(BODY, chunk, n);
      if (!agreed.has(Negotiation.SILENT_BODY)) {
        hear(answer());
      }
    }
  }

  /// A value without its first blank, unless it is wanted.
  private byte[] field(HeaderLines.Field field) {
    byte[] value = field.value();
    boolean cut = !agreed.has(Negotiation.LEADING_SPACE) && value.length > 0 && value[0] == ' ';
    byte[] name = MilterWire.strings(List.of(field.name()));
    byte[] data = Arrays.copyOf(name, name.length + value.length + (cut ? 0 : 1));
    int at = name.length;
    for (int i = cut ? 1 : 0; i < value.length; i++) {
      data[at++] = value[i] == 0 ? (byte) '?' : value[i];
    }
    return data;
  }

  /// The last step, to which changes are the answer, and a verdict behind them.
  private void end() throws IOException {
    wire.macros(END_OF_MESSAGE, macros.id());
    wire.send(END_OF_MESSAGE, NOTHING);
    for (int i = 0; i < ANSWERS_MAX; i++) {
      switch (wire.read()) {
        case MilterReply.AddHeader h -> finding.add(h.name(), h.value());
        case MilterReply.ChangeHeader h -> finding.change(h.name(), h.index(), h.value());
        case MilterReply.Quarantine q ->
            finding.junk(q.reason().isBlank() ? "no reason given" : q.reason());
        case MilterReply.Progress _ -> {}
        case MilterReply.Continue c -> {
          hear(c);
          return;
        }
        case MilterReply last -> {
          hear(last);
          return;
        }
      }
    }
    throw new ProtocolException("answers without end");
  }

  private void step(int command, int never, int silent, List<String> told, byte[] data)
      throws IOException {
    if (!over) {
      hear(ask(command, never, silent, told, data));
    }
  }

  /// Tells it a step, unless it does not want to know.
  ///
  /// @param told macros, which it gets in any case; null without
  /// @return what it says; null if it says nothing to that
  private MilterReply ask(int command, int never, int silent, List<String> told, byte[] data)
      throws IOException {
    if (told != null) {
      wire.macros(command, told);
    }
    if (agreed.has(never)) {
      return null;
    }
    wire.send(command, data);
    return agreed.has(silent) ? null : answer();
  }

  private MilterReply answer() throws IOException {
    MilterReply answer = wire.read();
    while (answer instanceof MilterReply.Progress) {
      answer = wire.read(); // the deadline of the whole talk ends that
    }
    return answer;
  }

  private void hear(MilterReply answer) throws ProtocolException {
    if (answer == null) {
      return;
    }
    Reply no = refusal(answer);
    if (no != null) {
      boolean discard = answer instanceof MilterReply.Discard;
      finding.reject(no, discard ? "to be discarded" : words(no));
      over = true;
      return;
    }
    switch (answer) {
      case MilterReply.Accept _ -> over = true;
      case MilterReply.Skip _ -> skip = true;
      case MilterReply.Continue _ -> {}
      default -> throw new ProtocolException("answers out of turn");
    }
  }

  /// Null if it does not refuse.
  private static Reply refusal(MilterReply answer) {
    return switch (answer) {
      case MilterReply.Reject _, MilterReply.Discard _ -> REJECTED;
      case MilterReply.TemporaryFailure _, MilterReply.Shutdown _ -> LATER;
      case MilterReply.Words w -> w.reply();
      default -> null;
    };
  }

  private static String words(Reply reply) {
    return reply == REJECTED || reply == LATER
        ? "no reason given"
        : String.join(" ", reply.lines());
  }
}
