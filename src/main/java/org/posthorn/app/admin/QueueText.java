package org.posthorn.app.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.posthorn.mime.VisibleText;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.queue.QueuedRecipient;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.ReversePath;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Waiting mail, for people and for programs.
///
/// @param now for ages and waits
/// @param zone of times
record QueueText(Instant now, ZoneId zone) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss xxx", Locale.ROOT);

  /// Recipients of one fate that are named in a list.
  private static final int NAMED = 3;

  private static final int KIB = 1024;

  /// What recipients that are told together have in common.
  private record Fate(
      Destination destination,
      QueuedRecipient.State state,
      int tries,
      Instant next,
      Outcome.Problem last) {
    static Fate of(QueuedRecipient r) {
      return new Fate(r.destination(), r.state(), r.tries(), r.next(), r.last());
    }
  }

  // ---- for people

  /// A message with few lines; recipients with one fate share them.
  List<String> brief(QueuedMessage m, List<QueuedRecipient> recipients) {
    List<String> lines = new ArrayList<>();
    lines.add(
        m.id()
            + "  "
            + span(Duration.between(m.arrived(), now))
            + " old  "
            + size(m.size())
            + "  from "
            + from(m.sender().path()));
    Map<Fate, List<QueuedRecipient>> fates = new LinkedHashMap<>();
    for (QueuedRecipient r : recipients) {
      fates.computeIfAbsent(Fate.of(r), f -> new ArrayList<>()).add(r);
    }
    fates.forEach((fate, some) -> {
      lines.add("    to " + names(some) + way(fate.destination()) + ": " + state(fate));
      why(fate.last()).forEach(w -> lines.add("        " + w));
    });
    return lines;
  }

  private static String names(List<QueuedRecipient> some) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < Math.min(some.size(), NAMED); i++) {
      out.append(i == 0 ? "" : ", ").append(some.get(i).recipient().path());
    }
    int more = some.size() - NAMED;
    return more > 0 ? out.append(" and ").append(more).append(" more").toString() : out.toString();
  }

  /// Where its mail goes, if that is not plain from its address.
  private static String way(Destination destination) {
    return destination instanceof Destination.Domain ? "" : " (" + text(destination) + ")";
  }

  private String state(Fate fate) {
    String tries =
        switch (fate.tries()) {
          case 0 -> "not tried yet";
          case 1 -> "tried once";
          case 2 -> "tried twice";
          default -> "tried " + fate.tries() + " times";
        };
    if (fate.state() == QueuedRecipient.State.HELD) {
      return "held, " + tries;
    }
    Duration wait = Duration.between(now, fate.next());
    return tries + (wait.toSeconds() > 0 ? ", next try in " + span(wait) : ", due now");
  }

  private static List<String> why(Outcome.Problem last) {
    if (last == null) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    if (!last.plain().isEmpty()) {
      lines.add(VisibleText.of(last.plain()));
    }
    if (!last.words().isEmpty()) {
      String who = last.host().isEmpty() ? "It was said: " : last.host() + " said: ";
      lines.add(VisibleText.of(who + last.words()));
    }
    return lines;
  }

  /// All that is known of a message.
  ///
  /// @param subject "" if it has none
  List<String> whole(QueuedMessage m, List<QueuedRecipient> recipients, String subject) {
    List<String> lines = new ArrayList<>();
    lines.add("Message " + m.id());
    lines.add("  from       " + from(m.sender().path()));
    if (!m.submitter().isEmpty()) {
      lines.add("  sent by    " + VisibleText.of(m.submitter()));
    }
    if (!subject.isEmpty()) {
      lines.add("  subject    " + VisibleText.of(subject));
    }
    lines.add("  size       " + m.size() + " octets");
    lines.add("  arrived    " + time(m.arrived()));
    lines.add("  given up   " + time(m.expires()));
    String wishes = wishes(m.sender().options());
    if (!wishes.isEmpty()) {
      lines.add("  asked for  " + wishes);
    }
    for (QueuedRecipient r : recipients) {
      lines.add("  to " + r.recipient().path() + " by " + text(r.destination()));
      lines.add("      " + state(Fate.of(r)) + at(r));
      why(r.last()).forEach(w -> lines.add("      " + w));
      if (r.delayTold()) {
        lines.add("      The sender was told that it takes longer.");
      }
    }
    return lines;
  }

  private String at(QueuedRecipient r) {
    return r.state() == QueuedRecipient.State.HELD ? "" : " (" + time(r.next()) + ")";
  }

  private static String wishes(MailOptions o) {
    List<String> all = new ArrayList<>();
    if (o.priority() != 0) {
      all.add("priority " + o.priority());
    }
    if (o.requireTls()) {
      all.add("TLS on all the way");
    }
    if (o.utf8()) {
      all.add("SMTPUTF8");
    }
    if (o.holdUntil() != null) {
      all.add("not before " + o.holdUntil());
    }
    if (o.by() != null) {
      all.add("delivery within " + o.by().seconds() + " seconds");
    }
    return String.join(", ", all);
  }

  private String time(Instant at) {
    return TIME.format(at.atZone(zone));
  }

  /// `12s`, `5m`, `3h12m`, `2d4h`.
  static String span(Duration d) {
    if (d.isNegative() || d.toMinutes() == 0) {
      return Math.max(0, d.toSeconds()) + "s";
    }
    if (d.toHours() == 0) {
      return d.toMinutes() + "m";
    }
    return d.toDays() == 0
        ? d.toHours() + "h" + d.toMinutesPart() + "m"
        : d.toDays() + "d" + d.toHoursPart() + "h";
  }

  private static String size(long octets) {
    if (octets < KIB) {
      return octets + " octets";
    }
    return octets < KIB * KIB
        ? (octets + KIB - 1) / KIB + " KiB"
        : (octets + KIB * KIB - 1) / (KIB * KIB) + " MiB";
  }

  private static String from(ReversePath path) {
    return path.toString();
  }

  static String text(Destination destination) {
    return switch (destination) {
      case Destination.Local _ -> "accounts here";
      case Destination.Domain d -> d.domain();
      case Destination.Host h -> h.host() + ":" + h.port();
    };
  }

  // ---- for programs

  static void json(ArrayNode to, QueuedMessage m, List<QueuedRecipient> recipients) {
    ObjectNode node =
        to.addObject()
            .put("id", m.id().toString())
            .put("sender", m.sender().path().isNull() ? "" : m.sender().path().address().toString())
            .put("submitter", m.submitter())
            .put("arrived", m.arrived().toString())
            .put("expires", m.expires().toString())
            .put("size", m.size())
            .put("priority", m.sender().options().priority());
    ArrayNode list = node.putArray("recipients");
    for (QueuedRecipient r : recipients) {
      json(list.addObject(), r);
    }
  }

  private static void json(ObjectNode node, QueuedRecipient r) {
    Recipient to = r.recipient();
    node.put("address", to.path().isPostmaster() ? "postmaster" : to.path().address().toString())
        .put(
            "destination",
            r.destination() instanceof Destination.Local ? "" : text(r.destination()))
        .put("state", r.state().name().toLowerCase(Locale.ROOT))
        .put("tries", r.tries())
        .put("next", r.next().toString())
        .put("delay-told", r.delayTold());
    if (r.last() != null) {
      node.put("status", r.last().status())
          .put("host", r.last().host())
          .put("words", r.last().words())
          .put("plain", r.last().plain());
    }
  }
}
