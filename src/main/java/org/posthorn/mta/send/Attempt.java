package org.posthorn.mta.send;

import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.client.Endpoint;
import org.posthorn.smtp.client.Heard;
import org.posthorn.smtp.client.Opening;
import org.posthorn.smtp.client.OutgoingMail;
import org.posthorn.smtp.client.Settings;
import org.posthorn.smtp.client.SmtpClient;
import org.posthorn.smtp.client.Stage;
import org.posthorn.smtp.client.TlsUse;

/// One message along one route. One thread.
final class Attempt {
  /// Recipients of one transaction: as many take all servers (RFC 5321 §4.5.3.1.8).
  static final int RECIPIENTS_MAX = 100;

  private static final System.Logger LOG = System.getLogger("posthorn.mta.send");

  private final RemoteDelivery delivery;
  private final HeldConnection connection;
  private final Route.Hosts route;
  private final QueuedMessage message;
  private final List<Recipient> to;
  private final Progress progress;
  private final Form form;
  private final MailOptions options; // as they bind us
  private final TlsTelling telling;
  private Settings how; // towards the host that is tried

  Attempt(
      RemoteDelivery delivery,
      HeldConnection connection,
      Route.Hosts route,
      QueuedMessage message,
      List<Recipient> to,
      Progress progress) {
    this.delivery = delivery;
    this.connection = connection;
    this.route = route;
    this.message = message;
    this.to = to;
    this.progress = progress;
    this.form = new Form(message, delivery.octets(), delivery.clock(), delivery.signing());
    MailOptions asked = message.sender().options();
    // RFC 8689 §4.2.1: a notice goes also where TLS cannot be had.
    this.options = message.sender().path().isNull() ? asked.withRequireTls(false) : asked;
    this.telling = new TlsTelling(delivery, route.domain(), message.id());
  }

  /// Tries one host.
  ///
  /// @param who by number
  /// @return those for whom the next host is to be tried
  List<Integer> at(Hop hop, List<Integer> who) {
    Endpoint host = hop.endpoint();
    ArrayDeque<Integer> waiting = new ArrayDeque<>(who);
    List<Integer> next = new ArrayList<>();
    how = settings(hop);
    Guard.Refusal refusal = refusal(hop.guard());
    if (refusal != null) {
      telling.refused(hop, refusal);
      Verdict verdict = Trouble.refused(refusal, scene(host, null));
      waiting.forEach(i -> conclude(i, verdict, next));
      return next;
    }
    delivery.trace().story(message.id()).tried(host.toString());
    while (!waiting.isEmpty()) {
      boolean reused = connection.serves(host, how);
      if (!reused) {
        Opening opening = connection.open(host, how);
        telling.opened(hop, how.tls(), opening);
        if (opening instanceof Opening.Ended ended) {
          Verdict verdict = Trouble.judge(ended.heard(), scene(host, null));
          note(host, ended.heard());
          if (verdict.step() == Verdict.Step.IN_CLEAR && how.tls() == TlsUse.IF_OFFERED) {
            delivery.brokenTls().failed(host);
            telling.downgraded(host);
            how = how.withTls(TlsUse.NEVER);
            continue;
          }
          waiting.forEach(i -> conclude(i, verdict, next));
          return next;
        }
      }
      List<Integer> batch = batch(waiting);
      List<Heard> heard = send(batch);
      if (reused && wasGone(heard)) {
        connection.close(); // which is no fault of the host
        continue;
      }
      batch.forEach(waiting::remove);
      Verdict ofHost = judge(host, batch, heard, waiting, next);
      if (ofHost != null) {
        waiting.forEach(i -> conclude(i, ofHost, next));
        return next;
      }
    }
    return next;
  }

  /// RFC 8689 §4.2.2: the message goes before what is wanted for its domain. A smarthost is our own
  /// choice.
  private boolean optional() {
    return options.tlsOptional() && !options.requireTls() && !route.smarthost();
  }

  /// As guard and message want it.
  private Settings settings(Hop hop) {
    Guard guard = hop.guard();
    Settings base = delivery.settings().withLogin(route.login());
    if (options.requireTls()) { // RFC 8689 §4.2.1
      return base.withTls(guard.use().withCertificate()).withProof(guard.proof());
    }
    boolean wish = guard.use().optional() || optional();
    if (!wish) {
      return base.withTls(guard.use()).withProof(guard.proof());
    }
    boolean never = guard.use() == TlsUse.NEVER || delivery.brokenTls().knows(hop.endpoint());
    return base.withTls(never ? TlsUse.NEVER : TlsUse.IF_OFFERED);
  }

  /// Null if the host may be used.
  private Guard.Refusal refusal(Guard guard) {
    if (optional()) {
      return null;
    }
    boolean nameless = options.requireTls() && !guard.named();
    return guard.refusal() == null && nameless
        ? new Guard.Refusal(Guard.Why.NOT_NAMED, "")
        : guard.refusal();
  }

  private List<Integer> batch(ArrayDeque<Integer> waiting) {
    int most = connection.client().recipientsMax(RECIPIENTS_MAX);
    List<Integer> batch = new ArrayList<>();
    for (Integer i : waiting) {
      if (batch.size() < most) {
        batch.add(i);
      }
    }
    return batch;
  }

  /// What came of each of the batch.
  private List<Heard> send(List<Integer> batch) {
    SmtpClient client = connection.client();
    List<Recipient> able = new ArrayList<>();
    for (int i : batch) {
      if (client.features().utf8() || !Form.needsUtf8(to.get(i))) {
        able.add(to.get(i));
      }
    }
    List<Heard> ofAble = able.isEmpty() ? List.of() : transaction(client, able);
    Heard unable =
        new Heard.Broken(Stage.MAIL, Heard.Cause.NOT_OFFERED, "the server does not offer SMTPUTF8");
    List<Heard> all = new ArrayList<>();
    int n = 0;
    for (int i : batch) {
      boolean fits = client.features().utf8() || !Form.needsUtf8(to.get(i));
      all.add(fits ? ofAble.get(n++) : unable);
    }
    connection.used();
    return all;
  }

  private List<Heard> transaction(SmtpClient client, List<Recipient> able) {
    try {
      OutgoingMail mail = form.mail(client.features(), client.tls() != null, able);
      return client.send(mail);
    } catch (IOException e) {
      Heard ours =
          new Heard.Broken(
              Stage.MAIL, Heard.Cause.LOCAL, "the message cannot be read: " + e.getMessage());
      return able.stream().map(r -> ours).toList();
    }
  }

  /// A server may close a connection that it has waited on for long enough. Nothing was sent then.
  private static boolean wasGone(List<Heard> heard) {
    return heard.stream()
        .allMatch(h ->
            h.stage() == Stage.MAIL
                && switch (h) {
                  case Heard.Answered a -> a.reply().code() == 421;
                  case Heard.Broken b ->
                      b.cause() == Heard.Cause.CLOSED || b.cause() == Heard.Cause.TLS;
                });
  }

  /// @return what holds for all others, too; null if it was about these recipients
  private Verdict judge(
      Endpoint host,
      List<Integer> batch,
      List<Heard> heard,
      ArrayDeque<Integer> waiting,
      List<Integer> next) {
    boolean took =
        heard.stream()
            .anyMatch(h ->
                h instanceof Heard.Answered a && a.stage() == Stage.END && a.reply().positive());
    Verdict ofHost = null;
    for (int n = 0; n < batch.size(); n++) {
      int i = batch.get(n);
      Heard h = heard.get(n);
      Verdict verdict = Trouble.judge(h, scene(host, connection.client()));
      switch (verdict.step()) {
        case NEXT_TRANSACTION -> {
          if (took) {
            waiting.add(i);
          } else {
            progress.settle(i, verdict.outcome());
          }
        }
        case SETTLED -> progress.settle(i, verdict.outcome());
        case OTHER_HOST, IN_CLEAR -> {
          progress.pass(i, verdict);
          next.add(i);
          boolean whole = h instanceof Heard.Broken b && b.cause() != Heard.Cause.NOT_OFFERED;
          if (!took && (whole || h.stage() == Stage.MAIL && !(h instanceof Heard.Broken))) {
            ofHost = verdict;
            note(host, h);
          }
        }
      }
    }
    return ofHost;
  }

  private void conclude(int recipient, Verdict verdict, List<Integer> next) {
    switch (verdict.step()) {
      case SETTLED, NEXT_TRANSACTION -> progress.settle(recipient, verdict.outcome());
      case OTHER_HOST, IN_CLEAR -> {
        progress.pass(recipient, verdict);
        next.add(recipient);
      }
    }
  }

  /// @param client null before there is one
  private Scene scene(Endpoint host, SmtpClient client) {
    boolean tells = client != null && client.features().dsn();
    String tls = client == null ? "" : proven(client);
    boolean timed = client == null || options.by() == null || client.features().has("DELIVERBY");
    return new Scene(
        route.domain(),
        host.toString(),
        route.smarthost(),
        !how.tls().optional(),
        options,
        tells,
        tls,
        timed);
  }

  /// What the connection has, and by what its other end is known where that was required.
  private String proven(SmtpClient client) {
    if (client.tls() == null) {
      return "";
    }
    String by = how.proof() == null ? ", certificate verified" : ", DANE verified";
    return client.tls() + (how.tls().verified() ? by : "");
  }

  /// That a host did not take the message; the outcome may be another host's.
  private void note(Endpoint host, Heard heard) {
    String words =
        switch (heard) {
          case Heard.Answered a -> a.reply().toString();
          case Heard.Broken b -> b.text();
        };
    LOG.log(
        INFO,
        "mail-host-failed id={0} host={1} stage={2} reason={3}",
        message.id(),
        host,
        heard.stage(),
        words);
    delivery.trace().story(message.id()).remark(host + ": " + words);
  }
}
