package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.store.ImapUrl;
import org.posthorn.store.Mailbox;
import org.posthorn.store.UrlKeys;

/// RFC 4467 §7 GENURLAUTH: gives URLs the proof that others may use them.
record GenUrlAuth(List<String> urls) implements Command {
  /// URLs of one command.
  static final int URLS_MAX = 100;

  static GenUrlAuth parse(ImapReader in) throws IOException {
    List<String> urls = new ArrayList<>();
    in.expectSpace();
    do {
      if (urls.size() == URLS_MAX) {
        throw CommandException.bad("Too many URLs");
      }
      urls.add(in.astring());
      in.expectSpace();
      if (!in.atom().equalsIgnoreCase(UrlKeys.MECHANISM)) {
        throw CommandException.bad("INTERNAL is the only mechanism");
      }
    } while (in.acceptSpace());
    return new GenUrlAuth(urls);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    List<String> full = new ArrayList<>();
    for (String url : urls) {
      ImapUrl u = checked(url);
      if (!s.account().id().equals(UrlFetch.owner(s, u.user()))) {
        // RFC 4467 §7: the owner of the key is who is logged in
        throw CommandException.bad("The user of the URL is not logged in here");
      }
      Mailbox box = s.account().mailbox(u.mailbox());
      if (box == null) {
        throw CommandException.bad("No mailbox of yours has that URL");
      }
      String rump = u.authorisation().rump();
      String token = s.account().urlKeys().token(box, rump);
      full.add(rump + ":" + UrlKeys.MECHANISM + ":" + token);
    }
    s.out().untagged().raw("GENURLAUTH");
    for (String url : full) {
      s.out().space().string(url);
    }
    s.out().crlf();
    return Reply.OK;
  }

  /// RFC 4467 §7: what is wrong with a URL is BAD.
  private static ImapUrl checked(String url) {
    ImapUrl u = ImapUrl.parse(url);
    if (u == null || u.relative()) {
      throw CommandException.bad("Not an absolute URL of a message");
    }
    if (u.user() == null) {
      throw CommandException.bad("Missing owner username in supplied URL");
    }
    ImapUrl.Authorisation a = u.authorisation();
    if (a == null || a.token() != null) {
      throw CommandException.bad("Missing access identifier in supplied URL");
    }
    String access = a.access().toLowerCase(Locale.ROOT);
    boolean known =
        switch (access) {
          case "anonymous", "authuser", "stream" -> true; // RFC 4467 §3, RFC 5593
          default ->
              access.startsWith("user+") && access.length() > 5
                  || access.startsWith("submit+") && access.length() > 7;
        };
    if (!known) {
      throw CommandException.bad("Unknown access identifier in supplied URL");
    }
    return u;
  }

  /// The mailbox, if it is the user's own: of others he has no keys.
  static Place own(ImapSession s, Place place) {
    if (place.account() != s.account()) {
      throw CommandException.no("NOPERM", "Only the owner of a mailbox authorises URLs");
    }
    return place;
  }
}
