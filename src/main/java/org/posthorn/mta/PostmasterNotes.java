package org.posthorn.mta;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.directory.Resolution;
import org.posthorn.directory.Target;
import org.posthorn.mime.MailDate;
import org.posthorn.smtp.ReversePath;
import org.posthorn.store.Delivery;
import org.posthorn.store.Flags;
import org.posthorn.store.Incoming;

/// Mail from the server itself to those who read for the postmaster, about what a person has to
/// look at. What cannot be delivered is in the log all the same.
final class PostmasterNotes {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");
  private static final String INBOX = "INBOX";

  private final Mta mta;

  PostmasterNotes(Mta mta) {
    this.mta = mta;
  }

  /// @param subject ASCII
  /// @param lines of at most 998 octets each (RFC 5322 §2.1.1)
  void send(String subject, List<String> lines) {
    if (!(mta.directory().resolvePostmaster() instanceof Resolution.Found found)) {
      LOG.log(WARNING, "postmaster-note-unread subject={0}", subject);
      return;
    }
    byte[] text = text(subject, lines).getBytes(StandardCharsets.UTF_8);
    List<Delivery.Target> targets = new ArrayList<>();
    for (Target t : found.targets()) {
      byte[] head = TraceLines.head(ReversePath.NULL, t.address(), new byte[0]);
      targets.add(new Delivery.Target(t.account(), INBOX, head, Flags.NONE, mta.now()));
    }
    try (Incoming incoming = mta.store().receive()) {
      incoming.write(text, 0, text.length);
      for (Delivery.Outcome o : mta.store().deliver(incoming.finish(), targets)) {
        if (!(o instanceof Delivery.Outcome.Delivered)) {
          LOG.log(WARNING, "postmaster-note-not-delivered subject={0}", subject);
        }
      }
    } catch (IOException e) {
      LOG.log(WARNING, "postmaster-note-not-delivered subject={0}", subject, e);
    }
  }

  private String text(String subject, List<String> lines) {
    String domain = mta.config().defaultDomain();
    return String.join(
            "\r\n",
            "From: Mail server <postmaster@" + domain + ">",
            "To: postmaster@" + domain,
            "Subject: " + subject,
            "Date: " + MailDate.format(mta.now()),
            "Message-ID: " + mta.newMessageId(),
            "Auto-Submitted: auto-generated", // RFC 3834 §5
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            "",
            String.join("\r\n", lines))
        + "\r\n";
  }
}
