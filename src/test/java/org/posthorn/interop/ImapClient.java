package org.posthorn.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One account's IMAP client: appends, flags, moves and expunges at random, noting all it does in
/// the [Ledger]; and reads everything there is.
final class ImapClient implements AutoCloseable {
  private static final Pattern UID = Pattern.compile("\\bUID (\\d+)");
  private static final Pattern FLAGS = Pattern.compile("FLAGS \\(([^)]*)\\)");
  private static final Pattern ID = Pattern.compile("X-Id: (\\S+)");
  private static final Pattern APPENDED = Pattern.compile("APPENDUID \\d+ (\\d+)");
  private static final String[] SOME_FLAGS = {
    "\\Seen", "\\Flagged", "\\Answered", "$Later", "$Now"
  };

  private final Talk talk;
  private final Ledger ledger;

  // Messages in INBOX that this client knows of, by UID.
  private final TreeMap<Long, String> known = new TreeMap<>();

  ImapClient(InetSocketAddress server, String user, String password, Ledger ledger)
      throws IOException {
    this.ledger = ledger;
    this.talk = new Talk(server);
    talk.line();
    talk.command("LOGIN " + user + " " + password);
  }

  /// Every message by its id, with all its copies.
  Map<String, List<Ledger.Found>> everything() throws IOException {
    Map<String, List<Ledger.Found>> all = new HashMap<>();
    for (Ledger.Place place : List.of(Ledger.Place.ARCHIVE, Ledger.Place.INBOX)) {
      talk.command("SELECT " + place.mailbox);
      for (String response : talk.command("UID FETCH 1:* (FLAGS BODY.PEEK[])")) {
        Matcher id = ID.matcher(response);
        if (response.startsWith("* ") && id.find()) {
          long uid = number(UID, response);
          all.computeIfAbsent(id.group(1), k -> new ArrayList<>())
              .add(new Ledger.Found(place, uid, flags(response), text(response)));
          if (place == Ledger.Place.INBOX) {
            known.put(uid, id.group(1));
          }
        }
      }
    }
    return all;
  }

  /// The literal, and what may follow it in the response cut off.
  private static String text(String response) {
    int end = response.lastIndexOf("\r\n") + 2;
    return response.substring(0, end);
  }

  private static long number(Pattern pattern, String response) {
    Matcher m = pattern.matcher(response);
    if (!m.find()) {
      throw new AssertionError("no " + pattern + " in " + response);
    }
    return Long.parseLong(m.group(1));
  }

  private static Set<String> flags(String response) {
    Matcher m = FLAGS.matcher(response);
    if (!m.find()) {
      throw new AssertionError("no flags in " + response);
    }
    Set<String> flags = new HashSet<>(Arrays.asList(m.group(1).split(" ")));
    flags.remove("");
    flags.remove("\\Recent");
    return flags;
  }

  /// Does one thing; INBOX is selected.
  void step(Random random, String newId) throws IOException {
    int what = random.nextInt(10);
    if (what == 0 || known.isEmpty()) {
      lookForNew();
    } else if (what < 4) {
      append(newId, Messages.text(newId, random));
    } else {
      long uid = List.copyOf(known.keySet()).get(random.nextInt(known.size()));
      if (what < 7) {
        flag(uid, SOME_FLAGS[random.nextInt(SOME_FLAGS.length)]);
      } else if (what < 9) {
        move(uid);
      } else {
        expunge(uid);
      }
    }
  }

  private void lookForNew() throws IOException {
    long next = known.isEmpty() ? 1 : known.lastKey() + 1;
    String fetch = "UID FETCH " + next + ":* (BODY.PEEK[HEADER.FIELDS (X-Id)])";
    for (String response : talk.command(fetch)) {
      Matcher id = ID.matcher(response);
      if (response.startsWith("* ") && id.find()) {
        known.put(number(UID, response), id.group(1));
        ledger.entry(id.group(1)).exists();
      }
    }
  }

  private void append(String id, String text) throws IOException {
    Ledger.Entry entry = ledger.attempt(id, text);
    String last = talk.command("APPEND INBOX {" + text.length() + "+}\r\n" + text).getLast();
    entry.exists();
    known.put(number(APPENDED, last), id);
  }

  private void flag(long uid, String flag) throws IOException {
    Ledger.Entry entry = ledger.entry(known.get(uid));
    boolean add = !entry.has(flag);
    entry.mayChange(flag);
    talk.command("UID STORE " + uid + (add ? " +" : " -") + "FLAGS (" + flag + ")");
    entry.changed(flag, add);
  }

  private void move(long uid) throws IOException {
    Ledger.Entry entry = ledger.entry(known.remove(uid));
    entry.mayMoveTo(Ledger.Place.ARCHIVE);
    talk.command("UID MOVE " + uid + " " + Ledger.Place.ARCHIVE.mailbox);
    entry.movedTo(Ledger.Place.ARCHIVE);
  }

  private void expunge(long uid) throws IOException {
    Ledger.Entry entry = ledger.entry(known.remove(uid));
    entry.mayChange("\\Deleted");
    talk.command("UID STORE " + uid + " +FLAGS.SILENT (\\Deleted)");
    entry.changed("\\Deleted", true);
    entry.mayMoveTo(Ledger.Place.NOWHERE);
    talk.command("UID EXPUNGE " + uid);
    entry.movedTo(Ledger.Place.NOWHERE);
  }

  @Override
  public void close() {
    talk.close();
  }
}
