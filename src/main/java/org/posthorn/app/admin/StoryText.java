package org.posthorn.app.admin;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.posthorn.mta.trace.Event;
import org.posthorn.mta.trace.Found;
import org.posthorn.mta.trace.Kind;

/// What happened to a message, for people: a line that names it, then one for each event, with
/// times of a zone.
record StoryText(ZoneId zone) {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS xxx", Locale.ROOT);

  List<String> lines(Found.Message message) {
    List<String> lines = new ArrayList<>();
    lines.add("Message " + message.id() + messageId(message));
    for (Event e : message.events()) {
      lines.add("  " + time(e.at()) + "  " + text(e));
    }
    return lines;
  }

  private static String messageId(Found.Message message) {
    return message.events().stream()
        .filter(e -> e.kind() == Kind.RECEIVED && !e.where().isEmpty())
        .map(e -> " <" + e.where() + ">")
        .findFirst()
        .orElse("");
  }

  private String time(Instant at) {
    return TIME.format(at.atZone(zone));
  }

  private String text(Event e) {
    String to = "<" + e.recipient() + ">";
    return switch (e.kind()) {
      case CONNECTED -> "connected: " + e.where() + helloOf(e) + in(e.how());
      case LOGGED_IN -> "logged in as " + e.recipient();
      case SENDER -> "from " + to + in(e.how());
      case ACCEPTED -> "to " + to + said(e.words());
      case REFUSED -> "to " + to + " refused" + said(e.words());
      case EXPANDED -> to + " goes to <" + e.where() + ">" + in(e.how());
      case RECEIVED -> "received " + e.how();
      case MESSAGE_REFUSED -> "refused" + about(e) + said(e.words());
      case STORED -> to + " stored: " + e.how() + " of " + e.where();
      case NOT_STORED -> to + " not stored with " + e.where() + said(e.words());
      case DUPLICATE -> to + " has it from an earlier session";
      case ANSWERED -> "answered" + about(e) + said(e.words());
      case BROKEN_OFF -> "the client went away" + said(e.words());
      case QUEUED -> to + " queued for " + e.where();
      case TRIED -> "trying " + e.where();
      case DELIVERED -> to + " delivered" + by(" to ", e.where()) + in(e.how()) + said(e.words());
      case DEFERRED -> deferred(e);
      case FAILED -> to + " failed" + by(" at ", e.where()) + said(e.words()) + in(e.how());
      case NOTICE -> to + " is sent a notice of " + e.how() + ", which is " + e.where();
      case HELD -> "held" + about(e) + said(e.words());
      case RELEASED -> "released" + about(e) + said(e.words());
      case DROPPED -> "dropped" + about(e) + said(e.words());
      case REROUTED -> to + " rerouted to " + e.where() + said(e.words());
      case REMARK -> e.words() + about(e);
      case CHECKED -> e.where() + ": " + e.how() + said(e.words());
    };
  }

  private String deferred(Event e) {
    String next = e.next() == null ? "" : "; next attempt " + time(e.next());
    return "<"
        + e.recipient()
        + "> deferred"
        + by(" by ", e.where())
        + said(e.words())
        + in(e.how())
        + next;
  }

  private static String helloOf(Event e) {
    return e.words().isEmpty() ? "" : " as " + e.words();
  }

  private static String about(Event e) {
    return e.recipient().isEmpty() ? "" : " for <" + e.recipient() + ">";
  }

  private static String by(String word, String who) {
    return who.isEmpty() ? "" : word + who;
  }

  private static String in(String text) {
    return text.isEmpty() ? "" : " (" + text + ")";
  }

  private static String said(String words) {
    return words.isEmpty() ? "" : ": " + words;
  }
}
