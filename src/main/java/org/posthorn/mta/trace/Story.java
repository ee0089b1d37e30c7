package org.posthorn.mta.trace;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.StringJoiner;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.MessageIds;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;

/// One message on its way, for whoever does something to it: a method for each thing that can
/// happen, called when it has. None of them waits. Many may hold the story of one message.
///
/// Recipients are named by their addresses as in the envelope; an empty one means all, or several.
public final class Story {
  private final Trace trace;
  private final QueueId id;

  Story(Trace trace, QueueId id) {
    this.trace = trace;
    this.id = id;
  }

  public QueueId id() {
    return id;
  }

  /// By the clock that times what is told.
  public Instant now() {
    return trace.now();
  }

  // --- by SMTP, LMTP, submission

  /// Who brings the message. At the time when the connection began; whoever logged in is told, too.
  public void connected(Client client) {
    InetSocketAddress remote = client.endpoint().remote();
    StringJoiner how = new StringJoiner(", ");
    how.add(client.with(false));
    if (client.tls() != null) {
      how.add(client.tls().version() + " " + client.tls().cipher());
    }
    how.add("connection " + client.connection());
    Instant when = trace.when(client.endpoint().opened());
    String where = Term.bare(remote.getAddress());
    note(new Event(when, Kind.CONNECTED, "", where, how.toString(), client.hello(), null));
    if (client.authenticated()) {
      note(Kind.LOGGED_IN, client.identity().name(), "", "", "");
    }
  }

  /// MAIL.
  public void sender(Sender sender) {
    String path = sender.path().isNull() ? "" : sender.path().address().toString();
    note(Kind.SENDER, path, "", options(sender), "");
  }

  private static String options(Sender sender) {
    StringJoiner all = new StringJoiner(" ");
    MailOptions o = sender.options();
    if (sender.size() > 0) {
      all.add("SIZE=" + sender.size());
    }
    if (sender.body() != Body.SEVEN_BIT) {
      all.add(sender.body() == Body.BINARY_MIME ? "BODY=BINARYMIME" : "BODY=8BITMIME");
    }
    if (o.utf8()) {
      all.add("SMTPUTF8");
    }
    if (o.requireTls()) {
      all.add("REQUIRETLS");
    }
    if (!o.envelopeId().isEmpty()) {
      all.add("ENVID=" + o.envelopeId());
    }
    if (o.priority() != 0) {
      all.add("MT-PRIORITY=" + o.priority());
    }
    if (o.holdUntil() != null) {
      all.add("HOLDUNTIL=" + o.holdUntil());
    }
    return all.toString();
  }

  /// RCPT, whatever it was answered.
  public void recipient(Recipient recipient, Reply reply) {
    Kind kind = reply.positive() ? Kind.ACCEPTED : Kind.REFUSED;
    note(kind, text(recipient.path()), "", "", reply.toString());
  }

  /// All octets came.
  ///
  /// @param messageId the value of the field, or null without
  public void received(String messageId, long octets) {
    List<String> ids = MessageIds.parse(messageId);
    note(Kind.RECEIVED, "", ids.isEmpty() ? "" : ids.getFirst(), octets + " octets", "");
  }

  /// The reply to the whole message; a refusal, too.
  public void answered(Reply reply) {
    note(reply.positive() ? Kind.ANSWERED : Kind.MESSAGE_REFUSED, "", "", "", reply.toString());
  }

  /// LMTP: the reply about one recipient.
  public void answered(Recipient recipient, Reply reply) {
    Kind kind = reply.positive() ? Kind.ANSWERED : Kind.MESSAGE_REFUSED;
    note(kind, text(recipient.path()), "", "", reply.toString());
  }

  /// The client went away before it had its answer.
  public void brokenOff(String when) {
    note(Kind.BROKEN_OFF, "", "", "", when);
  }

  // --- here

  /// A recipient stands for another address.
  ///
  /// @param why such as `alias`, `group`, `forward`
  public void expanded(Recipient recipient, EmailAddress to, String why) {
    note(Kind.EXPANDED, text(recipient.path()), to.toString(), why, "");
  }

  /// In an account here, durably.
  public void stored(Recipient recipient, EmailAddress account, String mailbox) {
    note(Kind.STORED, text(recipient.path()), account.toString(), mailbox, "");
  }

  /// @param words why not
  public void notStored(Recipient recipient, EmailAddress account, String words) {
    note(Kind.NOT_STORED, text(recipient.path()), account.toString(), "", words);
  }

  /// The recipient has it from a session that broke off.
  public void duplicate(Recipient recipient) {
    note(Kind.DUPLICATE, text(recipient.path()), "", "", "");
  }

  // --- in the queue

  public void queued(Recipient recipient, Destination destination) {
    queued(recipient, destination, now());
  }

  /// @param handed when it was given to the queue, which may have tried it by now
  public void queued(Recipient recipient, Destination destination, Instant handed) {
    String to = text(recipient.path());
    note(new Event(handed, Kind.QUEUED, to, text(destination), "", "", null));
  }

  /// An attempt begins; its outcome is told for each recipient.
  ///
  /// @param host as `mx.example.test [192.0.2.1]`
  public void tried(String host) {
    note(Kind.TRIED, "", host, "", "");
  }

  /// What came of an attempt for one recipient.
  ///
  /// @param next when it is tried again; null unless it was deferred
  public void outcome(Recipient recipient, Outcome outcome, Instant next) {
    String to = text(recipient.path());
    switch (outcome) {
      case Outcome.Delivered d -> note(Kind.DELIVERED, to, d.host(), d.tls(), d.words());
      case Outcome.Deferred(Outcome.Problem p, Outcome.Pace _) ->
          note(new Event(trace.now(), Kind.DEFERRED, to, p.host(), ours(p), p.words(), next));
      case Outcome.Failed(Outcome.Problem p) -> note(Kind.FAILED, to, p.host(), ours(p), p.words());
    }
  }

  private static String ours(Outcome.Problem p) {
    return p.status().isEmpty() ? p.plain() : p.status() + " " + p.plain();
  }

  /// A notice goes to the sender.
  ///
  /// @param what such as `failure`, `delay`, `delivery`
  public void notice(EmailAddress to, QueueId notice, String what) {
    note(Kind.NOTICE, to.toString(), notice.toString(), what, "");
  }

  /// An administrator, or the program for a reason of its own, holds what waits.
  public void held(Recipient recipient, String why) {
    note(Kind.HELD, text(recipient.path()), "", "", why);
  }

  public void released(Recipient recipient, String why) {
    note(Kind.RELEASED, text(recipient.path()), "", "", why);
  }

  /// Taken out of the queue without being delivered.
  public void dropped(Recipient recipient, String why) {
    note(Kind.DROPPED, text(recipient.path()), "", "", why);
  }

  public void rerouted(Recipient recipient, Destination destination, String why) {
    note(Kind.REROUTED, text(recipient.path()), text(destination), "", why);
  }

  /// Anything else.
  public void remark(String words) {
    note(Kind.REMARK, "", "", "", words);
  }

  /// Something about a stranger's message was looked at.
  ///
  /// @param what such as `spf`
  /// @param result a word, such as `pass`
  public void checked(String what, String result, String words, Duration took) {
    note(Kind.CHECKED, "", what, result + " in " + took.toMillis() + " ms", words);
  }

  private static String text(ForwardPath path) {
    return path.isPostmaster() ? "postmaster" : path.address().toString();
  }

  private static String text(Destination destination) {
    return switch (destination) {
      case Destination.Local _ -> "accounts here";
      case Destination.Domain d -> d.domain();
      case Destination.Host h -> h.host() + ":" + h.port();
    };
  }

  private void note(Kind kind, String recipient, String where, String how, String words) {
    note(new Event(trace.now(), kind, recipient, where, how, words, null));
  }

  private void note(Event event) {
    trace.note(id, event);
  }
}
