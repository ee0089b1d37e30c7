package org.posthorn.smtp.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.posthorn.net.CertificateJudgement;
import org.posthorn.net.CertificateProof;
import org.posthorn.net.Dialer;
import org.posthorn.net.Outgoing;
import org.posthorn.net.Ticker;
import org.posthorn.net.TlsReport;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.Sender;

/// A connection to another server, over which mail goes (RFC 5321): [#open], then [#send] as long
/// as it is [#usable], then [#close], which says QUIT. One thread; another one may [#cut].
public final class SmtpClient implements AutoCloseable {
  private final Outgoing connection;
  private final Endpoint endpoint;
  private final Timing timing;
  private final Dialogue dialogue;
  private final Ticker ticker;
  private Features features = Features.NONE;
  private String banner = "";
  private boolean dirty; // the server may still hold half a transaction
  private long sent; // transactions so far

  private SmtpClient(Outgoing connection, Endpoint endpoint, Timing timing, Ticker ticker) {
    this.connection = connection;
    this.endpoint = endpoint;
    this.timing = timing;
    this.ticker = ticker;
    this.dialogue = new Dialogue(connection, timing);
  }

  /// Connects, greets, turns to TLS and logs in, as the settings say.
  public static Opening open(Dialer dialer, Endpoint to, Settings how) {
    Outgoing connection;
    try {
      connection =
          dialer.dial(
              new InetSocketAddress(to.address(), to.port()), to.from(), how.timing().connect());
    } catch (IOException e) {
      return new Opening.Ended(Dialogue.broken(Stage.DIAL, e), null);
    }
    SmtpClient client = null;
    boolean ready = false;
    try {
      client = new SmtpClient(connection, to, how.timing(), dialer.ticker());
      client.begin(how);
      ready = true;
      return new Opening.Ready(client);
    } catch (GaveUp e) {
      client.end();
      return new Opening.Ended(e.heard(), connection.tlsReport());
    } finally {
      if (!ready) {
        connection.close();
      }
    }
  }

  private void begin(Settings how) throws GaveUp {
    if (how.tls().implicit()) {
      turnToTls(how);
    }
    RemoteReply greeting = dialogue.hear(Stage.BANNER, timing.banner());
    need(Stage.BANNER, greeting);
    banner = greeting.lines().getFirst();
    hello(how.hello(), true);
    startTls(how);
    if (how.login() != null) {
      new Authentication(dialogue, how.login(), timing.command())
          .run(features, connection.secure());
    }
  }

  /// RFC 5321 §3.2: EHLO, and HELO for those who do not know it.
  private void hello(String name, boolean mayFallBack) throws GaveUp {
    dialogue.say(Stage.HELLO, "EHLO " + name, timing.command());
    RemoteReply reply = dialogue.hear(Stage.HELLO, timing.command(), ReplyReader.KEPT_OF_HELLO_MAX);
    if (reply.permanent() && mayFallBack) {
      reply = dialogue.ask(Stage.HELLO, "HELO " + name, timing.command());
      need(Stage.HELLO, reply);
      features = Features.NONE;
      return;
    }
    need(Stage.HELLO, reply);
    features = Features.of(reply);
  }

  private void startTls(Settings how) throws GaveUp {
    if (how.tls() == TlsUse.NEVER || connection.secure()) {
      return;
    }
    if (!features.startTls()) {
      if (!how.tls().optional()) {
        throw new GaveUp(
            new Heard.Broken(
                Stage.STARTTLS, Heard.Cause.NOT_OFFERED, "the server does not offer TLS"));
      }
      return;
    }
    RemoteReply reply = dialogue.ask(Stage.STARTTLS, "STARTTLS", timing.command());
    Dialogue.expect(Stage.STARTTLS, reply, 2);
    if (!reply.positive()) {
      if (!how.tls().optional() || dialogue.over()) {
        throw new GaveUp(new Heard.Answered(Stage.STARTTLS, reply));
      }
      return; // RFC 3207 §4.1: whether to go on in clear is ours to say
    }
    turnToTls(how);
    hello(how.hello(), false); // RFC 3207 §4.2: what was said in clear is forgotten
  }

  private void turnToTls(Settings how) throws GaveUp {
    try {
      connection.deadline(timing.banner());
      CertificateProof proof = how.proof();
      String asked = proof == null ? endpoint.name() : proof.serverName();
      TlsReport report = connection.startTls(asked, endpoint.name(), how.authorities());
      CertificateJudgement judgement =
          proof == null ? report.judgement() : proof.judge(report.chain());
      if (how.tls().verified() && !judgement.good()) {
        throw new GaveUp(new Heard.Broken(Stage.TLS, Heard.Cause.TLS, judgement.doubt()));
      }
    } catch (IOException e) {
      throw dialogue.gaveUp(Stage.TLS, e);
    }
  }

  private static void need(Stage stage, RemoteReply reply) throws GaveUp {
    Dialogue.expect(stage, reply, 2);
    if (!reply.positive()) {
      throw new GaveUp(new Heard.Answered(stage, reply));
    }
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  public Features features() {
    return features;
  }

  /// What the server called itself; for logs.
  public String banner() {
    return banner;
  }

  /// Our own address.
  public InetAddress local() {
    return connection.local().getAddress();
  }

  /// Null in clear.
  public TlsReport tls() {
    return connection.tlsReport();
  }

  /// How many recipients one transaction may have by what the server says (RFC 9422 §4.2), at most
  /// `ours`.
  public int recipientsMax(int ours) {
    long theirs = features.limit("RCPTMAX");
    return theirs > 0 ? (int) Math.min(theirs, ours) : ours;
  }

  /// Transactions so far.
  public long sent() {
    return sent;
  }

  /// Whether another message may go over it.
  public boolean usable() {
    long most = features.limit("MAILMAX"); // RFC 9422 §4.1
    return !dialogue.over() && (most == 0 || sent < most);
  }

  /// Carries out one transaction.
  ///
  /// @return what came of each recipient, in their order: a positive answer at [Stage#END] says
  ///   that the server has taken the message for it, and nothing else does
  public List<Heard> send(OutgoingMail mail) {
    Heard.Broken lacking = lacking(mail);
    if (lacking != null) {
      return Collections.nCopies(mail.recipients().size(), lacking);
    }
    if (!usable()) {
      throw new IllegalStateException("the connection is not to be used any more");
    }
    sent++;
    Transaction transaction = new Transaction(dialogue, features, timing, ticker, mail);
    transaction.run(dirty);
    dirty = transaction.leavesTraces();
    return transaction.heard();
  }

  /// What the mail needs and the server does not offer; null if nothing.
  private Heard.Broken lacking(OutgoingMail mail) {
    Sender sender = mail.sender();
    DeliverBy by = sender.options().by();
    if (sender.options().requireTls()
        && !sender.path().isNull() // RFC 8689 §5: notices are not lost for it
        && (!connection.secure() || !features.requireTls())) {
      return lacking(Heard.Cause.NOT_OFFERED, "REQUIRETLS");
    }
    if (by != null && by.mode() == DeliverBy.Mode.RETURN && !features.delivers(by)) {
      return lacking(Heard.Cause.NOT_OFFERED, "DELIVERBY"); // RFC 2852 §4.1.4.1
    }
    if (sender.options().utf8() && !features.utf8()) {
      return lacking(Heard.Cause.NOT_OFFERED, "SMTPUTF8");
    }
    if (sender.body() != Body.SEVEN_BIT && !features.eightBit()) {
      return lacking(Heard.Cause.NOT_OFFERED, "8BITMIME");
    }
    if (features.sizeMax() > 0 && sender.size() > features.sizeMax()) {
      // RFC 1870 §6.1: no need to bother it
      return lacking(Heard.Cause.TOO_LARGE, "more than " + features.sizeMax() + " octets");
    }
    return null;
  }

  private static Heard.Broken lacking(Heard.Cause cause, String what) {
    return new Heard.Broken(Stage.MAIL, cause, "the server does not offer " + what);
  }

  /// From now on it belongs to the thread that calls; the one that had it does nothing more with
  /// it.
  public void adopt() {
    connection.adopt();
  }

  /// Any thread: cuts the connection; what goes on there ends as broken.
  public void cut() {
    connection.cut();
  }

  /// Says QUIT if there is somebody to hear it, and closes.
  @Override
  public void close() {
    end();
    connection.close();
  }

  private void end() {
    if (dialogue.over()) {
      return;
    }
    Duration within = timing.quit();
    try {
      dialogue.ask(Stage.HELLO, "QUIT", within);
    } catch (GaveUp e) {
      // It is gone, which is what we wanted.
    }
  }
}
