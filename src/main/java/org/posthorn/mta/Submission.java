package org.posthorn.mta;

import java.io.IOException;
import java.io.InputStream;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.MailDate;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.mta.trace.Story;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Incoming;
import org.posthorn.store.Message;

/// Takes mail of our own people that does not come by SMTP: what the command line sends, and what
/// else has octets and an envelope. The same rules hold as for SMTP, the same happens to it.
///
/// Any thread.
public final class Submission {
  private static final int BUFFER = 16 * 1024;

  private final Mta mta;

  Submission(Mta mta) {
    this.mta = mta;
  }

  /// @param account address of the account that sends; null for the administrator, who may send as
  ///   anybody
  /// @param octets with CRLF line ends
  public record Request(
      Sender sender, List<Recipient> recipients, String account, InputStream octets) {
    public Request {
      recipients = List.copyOf(recipients);
    }
  }

  /// What came of it.
  public sealed interface Result {
    /// Durable, for all recipients but those refused.
    ///
    /// @param refused why each of them was not taken
    record Accepted(QueueId id, Map<Recipient, Reply> refused) implements Result {}

    /// Nothing is sent.
    ///
    /// @param reply as SMTP would have said it
    /// @param refused the same of recipients, where it was about them
    record Refused(Reply reply, Map<Recipient, Reply> refused) implements Result {}
  }

  /// Returns when the message is in accounts and queue, or refused.
  ///
  /// @throws IOException if the octets could not be read or kept
  public Result submit(Request request) throws IOException {
    Submitter submitter = submitter(request.account());
    if (submitter == null) {
      return refused(Reply.of(550, "5.7.1", "No such account: " + request.account()));
    }
    Reply no = submitter.refusal(request.sender().path());
    if (no != null) {
      return refused(no);
    }
    QueueId id = mta.newId();
    Story story = mta.trace().story(id);
    story.remark("from this machine, by " + submitter.name());
    story.sender(request.sender());
    List<Accepted> accepted = new ArrayList<>();
    Map<Recipient, Reply> not = new LinkedHashMap<>();
    for (Recipient r : request.recipients()) {
      boolean bounce = request.sender().path().isNull();
      Recipients.Decision d = mta.recipients().decide(r, true, null, 0, bounce);
      story.recipient(r, d.reply());
      if (d.accepted() == null) {
        not.put(r, d.reply());
      } else {
        accepted.add(d.accepted());
      }
    }
    if (accepted.isEmpty()) {
      Reply first = not.isEmpty() ? Reply.of(554, "5.5.1", "No recipients") : worst(not);
      return new Result.Refused(first, not);
    }
    no = submitter.take(addresses(accepted));
    if (no == null) {
      no = send(request, submitter, accepted, id, story);
    }
    story.answered(no == null ? Reply.ok("Taken as " + id) : no);
    return no == null ? new Result.Accepted(id, not) : new Result.Refused(no, not);
  }

  private static Result refused(Reply reply) {
    return new Result.Refused(reply, Map.of());
  }

  /// Temporary if one of them is.
  private static Reply worst(Map<Recipient, Reply> not) {
    Reply first = not.values().iterator().next();
    return not.values().stream().filter(r -> !r.permanent()).findFirst().orElse(first);
  }

  private static List<EmailAddress> addresses(List<Accepted> accepted) {
    return accepted.stream()
        .map(a -> a.recipient().path())
        .filter(p -> !p.isPostmaster())
        .map(ForwardPath::address)
        .toList();
  }

  private Submitter submitter(String account) {
    if (account == null) {
      return new Submitter.Trusted(mta, "administrator");
    }
    return mta.directory()
        .account(account)
        .map(e -> new Submitter.Owner(mta, new AccountIdentity(e.account(), e.address())))
        .orElse(null);
  }

  /// Null if it is on its way.
  private Reply send(
      Request request, Submitter submitter, List<Accepted> accepted, QueueId id, Story story)
      throws IOException {
    try (Incoming incoming = mta.store().receive()) {
      HopCount hops = new HopCount();
      var rewrite =
          new SubmissionRewrite(
              incoming::write,
              submitter.author(request.sender().path()),
              () -> MailDate.format(mta.now()),
              mta::newMessageId);
      byte[] b = new byte[BUFFER];
      for (int n; (n = request.octets().read(b)) >= 0; ) {
        hops.see(b, 0, n);
        rewrite.write(b, 0, n);
      }
      rewrite.end();
      if (hops.count() > MailTransaction.HOPS_MAX) {
        return Reply.of(554, "5.4.6", "Too many hops, this message goes in circles");
      }
      Message message = incoming.finish();
      story.received(message.structure().headers().first("Message-ID"), message.size());
      Reply no = submitter.refusal(message.structure().headers());
      if (no != null) {
        return no;
      }
      OffsetDateTime now = mta.now();
      String only = accepted.size() == 1 ? accepted.getFirst().recipient().path().toString() : null;
      byte[] received =
          TraceLines.received(mta.config().hostname(), submitter.name(), id, only, now);
      var envelope =
          new Envelope(
              id, request.sender(), accepted, received, null, submitter.name(), false, now);
      Reply reply = new Distribution(mta, envelope, message, story, a -> false).run().getFirst();
      return reply.positive() ? null : reply;
    }
  }
}
