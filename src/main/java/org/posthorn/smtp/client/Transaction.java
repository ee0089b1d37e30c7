package org.posthorn.smtp.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import org.posthorn.net.Ticker;

/// One message over one connection (RFC 5321 §3.3): MAIL, RCPT for each recipient, the octets.
///
/// Where the server knows PIPELINING (RFC 2920) the commands go without waiting for answers, but no
/// more of them than the kernel's buffers take: a server that writes answers nobody reads, to a
/// client that writes commands nobody reads, would be the end of both.
final class Transaction {
  /// Octets of commands that wait for their answers; every kernel buffers more.
  static final int WINDOW = 16 * 1024;

  /// Commands that wait for their answers: their answers must fit buffers, too.
  static final int COMMANDS_MAX = 100;

  /// Octets of one BDAT.
  static final int CHUNK = 128 * 1024;

  /// BDAT commands that wait for their answers.
  private static final int CHUNKS_MAX = 2;

  private static final int CHUNK_MIN = 4096;
  private static final int DATA_BUFFER = 16 * 1024;

  /// After a write failed, how long to look for the answer that explains it.
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private static final int NOBODY = -1;

  /// @param recipient its number, or NOBODY
  private record Command(Stage stage, String line, int recipient) {}

  private final Dialogue dialogue;
  private final Features features;
  private final Timing timing;
  private final Ticker ticker;
  private final OutgoingMail mail;
  private final Heard[] heard;
  private final ArrayDeque<Command> unanswered = new ArrayDeque<>();
  private int unansweredOctets;
  private long started; // the envelope, then the octets
  private Heard refusal; // of MAIL, which is then that of everybody; null if there is none
  private int accepted; // recipients
  private boolean dataSaid;
  private RemoteReply dataReply;
  private boolean traces;

  Transaction(
      Dialogue dialogue, Features features, Timing timing, Ticker ticker, OutgoingMail mail) {
    this.dialogue = dialogue;
    this.features = features;
    this.timing = timing;
    this.ticker = ticker;
    this.mail = mail;
    this.heard = new Heard[mail.recipients().size()];
  }

  List<Heard> heard() {
    return Arrays.asList(heard);
  }

  /// Whether the server has to be told to forget what it was told.
  boolean leavesTraces() {
    return traces;
  }

  /// @param reset whether to begin with RSET
  void run(boolean reset) {
    traces = true;
    try (InputStream content = mail.content().open()) {
      envelope(reset);
      if (accepted == 0) {
        endWithoutRecipients();
      } else if (features.chunking()) {
        chunks(content);
      } else {
        data(content);
      }
    } catch (GaveUp e) {
      settle(e.heard());
    } catch (IOException e) {
      settle(unreadable(e));
    }
  }

  private static Heard.Broken unreadable(IOException e) {
    return new Heard.Broken(
        Stage.BODY, Heard.Cause.LOCAL, "the message cannot be read here: " + e.getMessage());
  }

  /// Gives everybody who has no answer yet this one.
  private void settle(Heard what) {
    for (int i = 0; i < heard.length; i++) {
      if (heard[i] == null) {
        heard[i] = what;
      }
    }
  }

  private void envelope(boolean reset) throws GaveUp {
    started = ticker.nanos();
    if (reset) {
      say(new Command(Stage.MAIL, "RSET", NOBODY));
    }
    say(new Command(Stage.MAIL, EnvelopeLines.mail(mail.sender(), features), NOBODY));
    for (int i = 0; i < heard.length && refusal == null; i++) {
      String line =
          EnvelopeLines.rcpt(mail.recipients().get(i), mail.sender().options().by(), features);
      say(new Command(Stage.RCPT, line, i));
    }
    if (!features.chunking()) {
      say(new Command(Stage.DATA, "DATA", NOBODY));
    }
    while (!unanswered.isEmpty()) {
      hear();
    }
  }

  /// Says it now or, without PIPELINING, when everything said before is answered.
  private void say(Command command) throws GaveUp {
    int octets = command.line().getBytes(StandardCharsets.UTF_8).length + 2;
    int most = features.pipelining() ? COMMANDS_MAX : 1;
    while (!unanswered.isEmpty()
        && (unanswered.size() >= most || unansweredOctets + octets > WINDOW)) {
      hear();
    }
    boolean data = command.stage() == Stage.DATA;
    if (refusal != null || data && accepted == 0 && unanswered.isEmpty()) {
      return; // to no purpose
    }
    dataSaid |= data;
    dialogue.say(command.stage(), command.line(), left(timing.command()));
    unanswered.add(command);
    unansweredOctets += octets;
  }

  private Duration left(Duration limit) {
    Duration left = timing.envelope().minusNanos(ticker.nanos() - started);
    return left.compareTo(limit) < 0 ? left : limit;
  }

  private void hear() throws GaveUp {
    Command command = unanswered.peekFirst();
    Stage stage = command.stage();
    Duration limit = stage == Stage.DATA ? timing.data() : timing.command();
    RemoteReply reply = dialogue.hear(stage, left(limit));
    unanswered.removeFirst();
    unansweredOctets -= command.line().getBytes(StandardCharsets.UTF_8).length + 2;
    if (stage == Stage.DATA) {
      dataReply = reply;
      return;
    }
    inPlace(stage, reply, 2);
    if (command.recipient() >= 0) {
      if (!reply.positive() && refusal == null) {
        heard[command.recipient()] = new Heard.Answered(stage, reply);
      } else if (refusal == null) {
        accepted++;
      }
    } else if (!reply.positive()) {
      refusal = new Heard.Answered(stage, reply);
      settle(refusal);
    }
  }

  private void inPlace(Stage stage, RemoteReply reply, int success) throws GaveUp {
    try {
      Dialogue.expect(stage, reply, success);
    } catch (GaveUp e) {
      dialogue.end(); // nobody knows what its answers belong to
      throw e;
    }
  }

  /// RFC 2920 §3.1: a server that takes DATA without recipients gets a message of nothing.
  private void endWithoutRecipients() throws GaveUp {
    if (dataSaid && dataReply.code() / 100 == 3) {
      dialogue.say(Stage.DATA, ".", timing.data());
      dialogue.hear(Stage.DATA, timing.end());
    }
  }

  private void data(InputStream content) throws GaveUp {
    inPlace(Stage.DATA, dataReply, 3);
    if (!dataReply.positive()) {
      settle(new Heard.Answered(Stage.DATA, dataReply));
      return;
    }
    started = ticker.nanos();
    WireText text = new WireText(content, true);
    byte[] buffer = new byte[DATA_BUFFER];
    dialogue.deadline(leftOfBody());
    for (int n = read(text, buffer); n > 0; n = read(text, buffer)) {
      write(buffer, n);
    }
    write(new byte[] {'.', '\r', '\n'}, 3);
    finish();
  }

  /// What cannot be read must not end with a dot: the connection ends instead.
  private int read(WireText text, byte[] buffer) throws GaveUp {
    try {
      return text.fill(buffer);
    } catch (IOException e) {
      dialogue.end();
      throw new GaveUp(unreadable(e));
    }
  }

  /// A server that has had enough may answer and close before everything is written.
  private void write(byte[] b, int n) throws GaveUp {
    try {
      dialogue.write(b, n);
    } catch (IOException e) {
      RemoteReply last = null;
      try {
        last = dialogue.hear(Stage.BODY, LAST_WORDS);
      } catch (GaveUp none) {
        // It has nothing to say.
      }
      if (last != null && !last.positive()) {
        dialogue.end();
        throw new GaveUp(new Heard.Answered(Stage.BODY, last));
      }
      throw dialogue.gaveUp(Stage.BODY, e);
    }
  }

  private void finish() throws GaveUp {
    dialogue.flush(Stage.BODY);
    conclude(dialogue.hear(Stage.END, timing.end()));
  }

  private void conclude(RemoteReply reply) throws GaveUp {
    inPlace(Stage.END, reply, 2);
    traces = !reply.positive();
    settle(new Heard.Answered(Stage.END, reply));
  }

  /// RFC 3030 §2.
  private void chunks(InputStream content) throws GaveUp {
    WireText text = new WireText(content, false);
    long size = mail.sender().size();
    byte[] chunk = new byte[Math.clamp(size + size / 8, CHUNK_MIN, CHUNK)];
    started = ticker.nanos();
    int waiting = 0;
    int most = features.pipelining() ? CHUNKS_MAX : 1;
    for (boolean last = false; !last; ) {
      int n = read(text, chunk);
      last = atEnd(text);
      for (; waiting >= most; waiting--) {
        if (!takesChunk(waiting)) {
          return;
        }
      }
      dialogue.deadline(leftOfBody());
      byte[] command =
          ("BDAT " + n + (last ? " LAST\r\n" : "\r\n")).getBytes(StandardCharsets.US_ASCII);
      write(command, command.length);
      write(chunk, n);
      dialogue.flush(Stage.BODY);
      waiting++;
    }
    for (; waiting > 1; waiting--) {
      if (!takesChunk(waiting)) {
        return;
      }
    }
    conclude(dialogue.hear(Stage.END, timing.end()));
  }

  private boolean atEnd(WireText text) throws GaveUp {
    try {
      return text.atEnd();
    } catch (IOException e) {
      dialogue.end();
      throw new GaveUp(unreadable(e));
    }
  }

  /// Hears the answer to the first of the BDAT commands that wait for one. Behind a refused one all
  /// are refused (RFC 3030 §2); their answers are read, too.
  private boolean takesChunk(int waiting) throws GaveUp {
    RemoteReply reply = dialogue.hear(Stage.BODY, leftOfBody());
    inPlace(Stage.BODY, reply, 2);
    if (reply.positive()) {
      return true;
    }
    settle(new Heard.Answered(Stage.BODY, reply));
    for (int i = 1; i < waiting; i++) {
      dialogue.hear(Stage.BODY, leftOfBody());
    }
    return false;
  }

  private Duration leftOfBody() {
    return timing.bodyOf(mail.sender().size()).minusNanos(ticker.nanos() - started);
  }
}
