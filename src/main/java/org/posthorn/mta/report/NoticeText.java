package org.posthorn.mta.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.posthorn.mime.DeliveryReport.Action;
import org.posthorn.smtp.DeliverBy;

/// The part of a notice that people read: what happened, in whose words, and what to do.
///
/// What others wrote stands on indented lines, said to be theirs, so that nobody can make it look
/// like ours.
final class NoticeText {
  private static final int LINE = 74;

  /// More recipients are only counted; the report has them all.
  private static final int NAMED_MAX = 50;

  private static final int SUBJECT_MAX = 120;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEEE, d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final StringBuilder out = new StringBuilder(1024);
  private final Notice notice;

  private NoticeText(Notice notice) {
    this.notice = notice;
  }

  /// Lines that end in LF.
  ///
  /// @param hostname ours
  /// @param subject of the message, encoded words undone; "" without
  static String of(Notice notice, String hostname, String subject) {
    var text = new NoticeText(notice);
    text.paragraph("This is the mail server " + hostname + ".");
    text.message(subject);
    for (Action action : Action.values()) {
      List<Told> told = notice.told().stream().filter(t -> t.action() == action).toList();
      List<Told> expired = told.stream().filter(Told::expired).toList();
      List<Told> others = told.stream().filter(t -> !t.expired()).toList();
      text.section(others, heading(action, others.size()));
      text.section(expired, givenUp(notice, expired));
    }
    text.end();
    return text.out.toString();
  }

  private void message(String subject) {
    if (notice.about().sender().path().isNull()) {
      paragraph(
          "This goes to the postmaster. A notice that this server sent about other mail did not"
              + " reach the one it was for, whose address may be forged or gone.");
      return;
    }
    String what =
        notice.about().submitter().isEmpty()
            ? "It is about a message that was sent from your address and came here on "
            : "It is about the message that you sent on ";
    paragraph(what + TIME.format(notice.about().arrived()) + (subject.isEmpty() ? "." : ":"));
    if (!subject.isEmpty()) {
      boolean cut = subject.length() > SUBJECT_MAX;
      wrapped("Subject: " + (cut ? subject.substring(0, SUBJECT_MAX) + "…" : subject), 4);
      out.append('\n');
    }
  }

  private static String heading(Action action, int recipients) {
    String to = recipients == 1 ? "to this recipient:" : "to these recipients:";
    return switch (action) {
      case FAILED -> "It could NOT be delivered " + to;
      case DELAYED -> "It could not be delivered YET " + to;
      case DELIVERED -> "It was delivered " + to;
      case RELAYED ->
          "It was handed on, to a server that does not report any further, on the way " + to;
      case EXPANDED ->
          "It was passed on to all who are behind "
              + (recipients == 1 ? "this address:" : "these addresses:");
    };
  }

  private static String givenUp(Notice notice, List<Told> expired) {
    DeliverBy by = notice.about().sender().options().by();
    if (by != null && by.mode() == DeliverBy.Mode.RETURN) {
      return "It could NOT be delivered in the time that was asked for when it was sent:";
    }
    Duration tried = Duration.between(notice.about().arrived(), notice.at());
    return "After "
        + span(tried)
        + " of trying it is given up, and was NOT delivered "
        + (expired.size() == 1 ? "to this recipient:" : "to these recipients:");
  }

  private static String span(Duration d) {
    long hours = Math.max(0, d.toHours());
    if (hours >= 48) {
      return (hours + 12) / 24 + " days";
    }
    if (hours >= 2) {
      return hours + " hours";
    }
    long minutes = Math.max(1, d.toMinutes());
    return minutes == 1 ? "a minute" : minutes + " minutes";
  }

  private void section(List<Told> told, String heading) {
    if (told.isEmpty()) {
      return;
    }
    paragraph(heading);
    for (Told t : told.subList(0, Math.min(told.size(), NAMED_MAX))) {
      recipient(t);
    }
    if (told.size() > NAMED_MAX) {
      paragraph("And " + (told.size() - NAMED_MAX) + " more, which the report below names.");
    }
  }

  private void recipient(Told t) {
    wrapped(t.address(), 2);
    String original = originalAddress(t);
    if (!original.isEmpty() && !original.equalsIgnoreCase(t.address())) {
      wrapped("It was sent to " + original + ", which leads there.", 4);
    }
    if (!t.plain().isEmpty()) {
      wrapped(t.plain(), 4);
    }
    boolean quotes = t.action() == Action.FAILED || t.action() == Action.DELAYED;
    if (quotes && !t.words().isEmpty()) {
      wrapped((t.host().isEmpty() ? "Our server" : t.host()) + " said:", 4);
      wrapped(t.words(), 8);
    }
    if (t.action() == Action.RELAYED) {
      wrapped("The server " + t.host() + " has it.", 4);
    }
    if (t.action() == Action.FAILED) {
      wrapped(advice(t), 4);
    }
    out.append('\n');
  }

  /// Whom the sender named, if the notice may tell.
  static String originalAddress(Told t) {
    String original = t.recipient().original();
    int semicolon = original.indexOf(';');
    return semicolon < 0 ? "" : original.substring(semicolon + 1).strip();
  }

  private static String advice(Told t) {
    String detail = t.status().length() > 2 ? t.status().substring(2) : "";
    return switch (detail) {
      case "1.1", "1.3", "1.10", "1.2" -> "Look whether the address is written correctly.";
      case "1.6" -> "Ask for the new address, and send the message there.";
      case "2.1" -> "The recipient has to be reached in another way.";
      case "2.2" ->
          "Send it again later, or reach the recipient in another way and tell of the full"
              + " mailbox.";
      case "2.3", "3.4" -> "Send less at once, or a link instead of the attachments.";
      case "7.10", "7.30" -> "Send it without the demand for encryption if it may be sent so.";
      case "4.6", "4.4" -> "The administrator of the recipient's server has to see to that.";
      case "4.7" -> "Send it again if it still matters.";
      default ->
          t.status().startsWith("4.")
              ? "Send it again later, or reach the recipient in another way."
              : "If it must get there, reach the recipient in another way and pass on what is"
                  + " said here.";
    };
  }

  private void end() {
    Instant until = null;
    boolean failed = false;
    for (Told t : notice.told()) {
      failed |= t.action() == Action.FAILED;
      if (t.until() != null && (until == null || t.until().isAfter(until))) {
        until = t.until();
      }
    }
    if (until != null) {
      paragraph(
          "You need not do anything. Our server goes on trying until "
              + TIME.format(until)
              + "; you will hear of it if it gives up. Do not send it again: it would arrive"
              + " twice.");
    }
    if (failed) {
      paragraph(
          "Nothing more is tried for "
              + (notice.told().size() == 1 ? "this recipient." : "those who did not get it."));
      if (notice.about().submitter().isEmpty() && !notice.about().sender().path().isNull()) {
        paragraph(
            "If you did not send this message, somebody else put your address on it; then you"
                + " can delete this notice.");
      }
    }
  }

  private void paragraph(String text) {
    wrapped(text, 0);
    out.append('\n');
  }

  /// A word longer than a line stays whole.
  private void wrapped(String text, int indent) {
    String space = " ".repeat(indent);
    int column = 0;
    for (String word : text.split("[\\s\\p{Cntrl}]+")) {
      if (word.isEmpty()) {
        continue;
      }
      if (column > 0 && column + 1 + word.length() > LINE) {
        out.append('\n');
        column = 0;
      }
      if (column == 0) {
        out.append(space);
        column = indent;
      } else {
        out.append(' ');
        column++;
      }
      out.append(word);
      column += word.length();
    }
    out.append('\n');
  }
}
