package org.posthorn.app.admin;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.posthorn.app.CommandFailed;
import org.posthorn.mime.Address;
import org.posthorn.mime.AddressList;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.Submission;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;

/// `send`: takes a message that a program on this machine wrote, and sends it as the administrator
/// may: as anybody, to anybody. Addresses without a domain get the default one.
///
/// Arguments: `from` the sender, "" for nobody; `user` who sends if neither `from` nor, with
/// `author`, the header says so; `name` for a From field that is missing; `to` recipients, one a
/// line; `header` to those of the header, too; `notify`, `return`, `envelope-id` for DSN (RFC
/// 3461).
///
/// The result has the `id`, whom it was `refused`, and in `exit` an [ExitStatus].
public final class SendRequests {
  /// RFC 3461 §4.4
  private static final int ENVELOPE_ID_MAX = 100;

  private final Way way;
  private final String domain;
  private final long messageMax;

  /// Where messages go: [Submission#submit].
  public interface Way {
    Submission.Result submit(Submission.Request request) throws IOException;
  }

  /// @param domain of addresses that have none
  /// @param messageMax octets of the largest message
  public SendRequests(Way way, String domain, long messageMax) {
    this.way = way;
    this.domain = domain;
    this.messageMax = messageMax;
  }

  /// The request cannot be meant; said with an exit status.
  private static final class Senseless extends Exception {
    private static final long serialVersionUID = 1;
    private final int exit;

    Senseless(int exit, String message) {
      super(message, null, false, false);
      this.exit = exit;
    }
  }

  /// A message larger than may be.
  private static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1;

    TooLarge(long max) {
      super("the message is larger than " + max + " octets");
    }
  }

  private static final class Bounded extends FilterInputStream {
    private final long max;
    private long seen;

    Bounded(InputStream in, long max) {
      super(in);
      this.max = max;
    }

    @Override
    public int read() throws IOException {
      int c = in.read();
      count(c < 0 ? 0 : 1);
      return c;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
      int n = in.read(b, off, len);
      count(n);
      return n;
    }

    private void count(int n) throws IOException {
      seen += Math.max(0, n);
      if (seen > max) {
        throw new TooLarge(max);
      }
    }
  }

  Answer run(Request request, InputStream octets) {
    try {
      InputStream in = new BufferedInputStream(new Bounded(octets, messageMax));
      OutgoingHeader header = OutgoingHeader.read(in);
      ReversePath from = sender(request, header);
      List<Recipient> recipients = recipients(request, header);
      String name = request.arguments().getOrDefault("name", "");
      if (!header.has("from") && !name.isBlank() && !from.isNull()) {
        header.prepend("From", OutgoingHeader.mailbox(name, from.address().toString()));
      }
      header.complete(domain);
      Sender sender = new Sender(from, 0, Body.EIGHT_BIT_MIME, options(request, from, recipients));
      return answer(way.submit(new Submission.Request(sender, recipients, null, header.with(in))));
    } catch (Senseless e) {
      return failed(e.exit, e.getMessage());
    } catch (CommandFailed | TooLarge e) {
      return failed(ExitStatus.DATA, e.getMessage());
    } catch (IOException e) {
      return failed(ExitStatus.TRY_AGAIN, "the message was not taken: " + e.getMessage());
    }
  }

  private static Answer failed(int exit, String error) {
    return new Answer(error, List.of(), Wire.JSON.createObjectNode().put("exit", exit));
  }

  // --- envelope

  private ReversePath sender(Request request, OutgoingHeader header) throws Senseless {
    String from = request.arguments().get("from");
    if (from != null) {
      boolean nobody = from.isEmpty() || from.equals("<>");
      return nobody ? ReversePath.NULL : new ReversePath(one(from));
    }
    Address.Mailbox author = request.arguments().containsKey("author") ? header.author() : null;
    if (author != null) {
      return new ReversePath(complete(author));
    }
    return new ReversePath(one(request.arguments().getOrDefault("user", "postmaster")));
  }

  private EmailAddress one(String text) throws Senseless {
    List<Address.Mailbox> all = AddressList.mailboxes(text);
    if (all.size() != 1) {
      throw new Senseless(ExitStatus.USAGE, "not an address: " + text);
    }
    return complete(all.getFirst());
  }

  private EmailAddress complete(Address.Mailbox mailbox) throws Senseless {
    String in = mailbox.domain().isEmpty() ? domain : mailbox.domain();
    EmailAddress address = EmailAddress.of(mailbox.localPart(), in);
    if (address == null) {
      throw new Senseless(
          ExitStatus.DATA, "not an address: " + mailbox.localPart() + "@" + mailbox.domain());
    }
    return address;
  }

  private List<Recipient> recipients(Request request, OutgoingHeader header) throws Senseless {
    List<Address.Mailbox> all = new ArrayList<>();
    for (String to : request.arguments().getOrDefault("to", "").lines().toList()) {
      List<Address.Mailbox> some = AddressList.mailboxes(to);
      if (some.isEmpty()) {
        throw new Senseless(ExitStatus.USAGE, "not an address: " + to);
      }
      all.addAll(some);
    }
    if (request.arguments().containsKey("header")) {
      all.addAll(header.recipients());
    }
    if (all.isEmpty()) {
      throw new Senseless(ExitStatus.USAGE, "no recipients");
    }
    Set<Recipient.Notify> told = told(request.arguments().get("notify"));
    Map<String, Recipient> once = new LinkedHashMap<>();
    for (Address.Mailbox m : all) {
      EmailAddress address = complete(m);
      once.putIfAbsent(address.key(), new Recipient(new ForwardPath(address), told, ""));
    }
    return List.copyOf(once.values());
  }

  private static Set<Recipient.Notify> told(String given) throws Senseless {
    Set<Recipient.Notify> told = EnumSet.noneOf(Recipient.Notify.class);
    for (String word : given == null ? new String[0] : given.split(",", -1)) {
      try {
        told.add(Recipient.Notify.valueOf(word.strip().toUpperCase(Locale.ROOT)));
      } catch (IllegalArgumentException e) {
        throw new Senseless(ExitStatus.USAGE, "no occasion for a notice: " + word);
      }
    }
    if (told.contains(Recipient.Notify.NEVER) && told.size() > 1) {
      throw new Senseless(ExitStatus.USAGE, "a notice never, and " + given);
    }
    return told;
  }

  private static MailOptions options(Request request, ReversePath from, List<Recipient> to)
      throws Senseless {
    boolean ascii =
        (from.isNull() || from.address().isAscii())
            && to.stream().allMatch(r -> r.path().address().isAscii());
    String id = request.arguments().getOrDefault("envelope-id", "");
    if (id.length() > ENVELOPE_ID_MAX || !id.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw new Senseless(ExitStatus.USAGE, "not an envelope id: " + id);
    }
    MailOptions.Returned returned =
        switch (request.arguments().getOrDefault("return", "").toLowerCase(Locale.ROOT)) {
          case "" -> null;
          case "full" -> MailOptions.Returned.FULL;
          case "hdrs", "headers" -> MailOptions.Returned.HEADERS;
          default -> throw new Senseless(ExitStatus.USAGE, "notices return full or hdrs");
        };
    return new MailOptions(!ascii, false, returned, id, 0, null, null);
  }

  // --- answer

  private static Answer answer(Submission.Result result) {
    var json = Wire.JSON.createObjectNode();
    Map<Recipient, Reply> refused =
        switch (result) {
          case Submission.Result.Accepted a -> a.refused();
          case Submission.Result.Refused r -> r.refused();
        };
    var list = json.putArray("refused");
    List<String> lines = new ArrayList<>();
    refused.forEach((recipient, reply) -> {
      list.addObject()
          .put("recipient", recipient.path().address().toString())
          .put("reply", reply.toString());
      lines.add("refused: " + recipient.path() + " " + reply);
    });
    return switch (result) {
      case Submission.Result.Accepted a -> {
        lines.addFirst("sent as " + a.id());
        // Whoever tries again sends to all of them.
        int exit = exit(refused) == ExitStatus.TRY_AGAIN ? ExitStatus.UNAVAILABLE : exit(refused);
        json.put("id", a.id().toString()).put("exit", exit);
        String error = refused.isEmpty() ? "" : "not sent to all: " + summary(refused);
        yield new Answer(error, lines, json);
      }
      case Submission.Result.Refused r -> {
        json.put("exit", refused.isEmpty() ? exit(r.reply()) : exit(refused));
        yield new Answer("not sent: " + r.reply(), lines, json);
      }
    };
  }

  private static String summary(Map<Recipient, Reply> refused) {
    var first = refused.entrySet().iterator().next();
    String more = refused.size() > 1 ? " and " + (refused.size() - 1) + " more" : "";
    return first.getKey().path() + more + ": " + first.getValue();
  }

  /// To try again helps only if it helps all.
  private static int exit(Map<Recipient, Reply> refused) {
    return refused.values().stream()
        .mapToInt(SendRequests::exit)
        .reduce((a, b) -> a == ExitStatus.TRY_AGAIN ? b : a)
        .orElse(ExitStatus.OK);
  }

  private static int exit(Reply reply) {
    if (!reply.permanent()) {
      return ExitStatus.TRY_AGAIN;
    }
    return reply.enhanced().startsWith("5.1.") ? ExitStatus.NO_USER : ExitStatus.UNAVAILABLE;
  }
}
