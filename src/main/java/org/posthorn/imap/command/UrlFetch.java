package org.posthorn.imap.command;

import static java.lang.System.Logger.Level.ERROR;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.posthorn.directory.AccountEntry;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.Excerpt;
import org.posthorn.store.ImapUrl;
import org.posthorn.store.Mailbox;
import org.posthorn.store.Refused;

/// RFC 4467 §7 URLFETCH, extended by RFC 5524. One response for each URL; NIL for one that is wrong
/// in whatever way, so that nobody learns what there is.
record UrlFetch(List<Wanted> urls) implements Command {
  private static final System.Logger LOG = System.getLogger("posthorn.imap");

  /// Up to so many octets are read before the response begins.
  private static final int HOLD_MAX = 128 * 1024;

  /// RFC 5524 §3.1.
  private enum Item {
    BODYPARTSTRUCTURE,
    BINARY,
    BODY
  }

  /// @param items none: the octets alone, as RFC 4467 has it
  record Wanted(String url, Set<Item> items) {}

  static UrlFetch parse(ImapReader in) throws IOException {
    List<Wanted> urls = new ArrayList<>();
    in.expectSpace();
    do {
      if (urls.size() == GenUrlAuth.URLS_MAX) {
        throw CommandException.bad("Too many URLs");
      }
      Set<Item> items = EnumSet.noneOf(Item.class);
      boolean extended = in.accept('(');
      String url = in.astring();
      while (extended && in.acceptSpace()) {
        if (!items.add(item(in.word()))) {
          throw CommandException.bad("An item comes twice");
        }
      }
      if (extended) {
        in.expect(')');
      }
      if (items.contains(Item.BINARY) && items.contains(Item.BODY)) {
        throw CommandException.bad("BINARY and BODY exclude each other");
      }
      urls.add(new Wanted(url, items));
    } while (in.acceptSpace());
    return new UrlFetch(urls);
  }

  private static Item item(String word) {
    for (Item i : Item.values()) {
      if (i.name().equals(word)) {
        return i;
      }
    }
    throw CommandException.bad("Unknown item " + word);
  }

  /// The account of a user that a URL names, or null.
  static AccountId owner(ImapSession s, String user) {
    return s.server().directory().account(user).map(AccountEntry::account).orElse(null);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    for (Wanted w : urls) {
      ImapUrl url = ImapUrl.parse(w.url);
      Excerpt e = url == null ? null : authorised(s, url);
      if (e != null && !w.items.isEmpty() && !e.whole()) {
        e = null; // RFC 5524 §3.1: of a header or a text there is no structure, and no encoding
      }
      new Response(s, w, url, e).write();
    }
    return Reply.OK;
  }

  /// What the URL means, if this session may have it; else null.
  private static Excerpt authorised(ImapSession s, ImapUrl url) throws IOException {
    ImapUrl.Authorisation a = url.authorisation();
    if (a == null || a.token() == null || url.user() == null) {
      return null;
    }
    AccountId id = owner(s, url.user());
    Account owner = id == null ? null : s.server().store().account(id);
    try {
      Mailbox box = owner == null ? null : owner.mailbox(url.mailbox());
      boolean proved = (owner == null ? s.account() : owner).urlKeys().proves(box, a);
      // RFC 4467 §3: the latest time that the URL is valid
      boolean fresh = a.expires() == null || !s.server().clock().instant().isAfter(a.expires());
      return proved && fresh && mayUse(s, a.access()) ? Excerpt.find(box, url) : null;
    } catch (Refused e) {
      return null; // removed meanwhile, or no name of a mailbox
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /// RFC 4467 §3: access identifiers. Nobody is anonymous here.
  private static boolean mayUse(ImapSession s, String access) {
    String lower = access.toLowerCase(Locale.ROOT);
    if (lower.startsWith("user+")) {
      return s.account().id().equals(owner(s, access.substring(5)));
    }
    if (lower.startsWith("submit+")) {
      return isOne(s, s.server().config().offer().submission());
    }
    if (lower.equals("stream")) {
      return isOne(s, s.server().config().offer().streaming());
    }
    return lower.equals("authuser") || lower.equals("anonymous");
  }

  private static boolean isOne(ImapSession s, Set<String> users) {
    for (String user : users) {
      if (s.account().id().equals(owner(s, user))) {
        return true;
      }
    }
    return false;
  }

  private static CommandException unreadable(IOException e) {
    LOG.log(ERROR, "message-unreadable reason={0}", e.toString());
    return CommandException.no("UNAVAILABLE", "A message cannot be read");
  }

  /// One response.
  private record Response(ImapSession s, Wanted wanted, ImapUrl url, Excerpt excerpt) {
    void write() throws IOException {
      boolean binary = wanted.items.contains(Item.BINARY);
      boolean body = wanted.items.contains(Item.BODY) || wanted.items.isEmpty();
      Octets octets = null;
      byte[] structure = null;
      if (excerpt != null) {
        try {
          octets = binary ? decoded() : body ? asIs() : null;
          long size = binary && octets != null ? octets.size() : -1;
          structure =
              wanted.items.contains(Item.BODYPARTSTRUCTURE) ? excerpt.bodyStructure(size) : null;
        } catch (IOException e) {
          throw unreadable(e);
        }
      }
      ImapWriter out = s.out();
      out.untagged().raw("URLFETCH ").string(wanted.url);
      if (excerpt == null) {
        out.raw(" NIL").crlf();
        return;
      }
      if (structure != null) {
        out.raw(" (BODYPARTSTRUCTURE ").raw(structure).raw(")");
      }
      if (wanted.items.isEmpty()) {
        out.space();
        write(octets, false);
      } else if (binary || body) {
        out.raw(binary ? " (BINARY " : " (BODY ");
        write(octets, binary);
        out.raw(")");
      }
      out.crlf();
    }

    /// RFC 5524 §3.2: null if it is not possible.
    private Octets decoded() throws IOException {
      if (!excerpt.decodable()) {
        return null;
      }
      try (InputStream in = excerpt.openDecoded()) {
        return Octets.read(in, url.from(), url.count(), HOLD_MAX);
      }
    }

    private Octets asIs() throws IOException {
      if (excerpt.size() > HOLD_MAX) {
        return new Octets(null, excerpt.size(), false);
      }
      try (InputStream in = excerpt.open()) {
        return Octets.of(in.readNBytes((int) excerpt.size()));
      }
    }

    private void write(Octets octets, boolean decoded) throws IOException {
      ImapWriter out = s.out();
      if (octets == null) {
        out.nil();
        return;
      }
      octets.announce(out);
      s.server().counters().octetsFetched.add(octets.size());
      if (octets.bytes() != null) {
        out.raw(octets.bytes());
        return;
      }
      try (InputStream in = decoded ? excerpt.openDecoded() : excerpt.open()) {
        if (decoded) {
          Octets.skip(in, url.from());
        }
        out.transfer(in, octets.size());
      }
    }
  }
}
