package org.posthorn.imap.wire;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// RFC 3501 §6.4.4, §9 search-key.
public final class SearchParser {
  /// Keys of one command altogether, with those that X-GM-RAW and FILTER stand for.
  public static final int KEYS_MAX = 1000;

  private static final Pattern OBJECT_ID = Pattern.compile("[A-Za-z0-9_-]{1,255}");

  private final ImapReader in;
  private final Charset charset;
  private int keys;

  private SearchParser(ImapReader in, Charset charset) {
    this.in = in;
    this.charset = charset;
  }

  /// `search-key *(SP search-key)`, all of which must hold.
  ///
  /// @param charset of the strings; without CHARSET the caller passes UTF-8, of which US-ASCII is a
  ///   part
  public static SearchKey parse(ImapReader in, Charset charset) throws IOException {
    return new SearchParser(in, charset).several();
  }

  /// A search that is held, not sent; its strings are UTF-8.
  public static SearchKey parse(byte[] held) throws IOException {
    var in = new ImapReader(new HeldSource(held), held.length);
    in.next();
    SearchKey key = parse(in, StandardCharsets.UTF_8);
    in.expectEnd();
    return key;
  }

  /// RFC 5466 §4: filter-name.
  public static boolean isFilterName(String s) {
    return !s.isEmpty() && s.chars().allMatch(c -> c != '/' && CharClass.isAtom(c));
  }

  private SearchKey several() throws IOException {
    List<SearchKey> all = new ArrayList<>();
    do {
      all.add(key());
    } while (in.acceptSpace());
    return all.size() == 1 ? all.getFirst() : new SearchKey.And(all);
  }

  private SearchKey key() throws IOException {
    if (++keys > KEYS_MAX) {
      throw CommandException.bad("Too many search keys");
    }
    in.enter();
    try {
      if (in.accept('(')) {
        SearchKey k = several();
        in.expect(')');
        return k;
      }
      return SequenceSet.begins(in) ? new SearchKey.Numbers(SequenceSet.parse(in)) : named();
    } finally {
      in.leave();
    }
  }

  private SearchKey named() throws IOException {
    String name = in.word();
    return switch (name) {
      case "ALL" -> new SearchKey.And(List.of());
      case "ANSWERED", "DELETED", "DRAFT", "FLAGGED", "SEEN" -> system(name);
      case "UNANSWERED", "UNDELETED", "UNDRAFT", "UNFLAGGED", "UNSEEN" ->
          new SearchKey.Not(system(name.substring(2)));
      case "KEYWORD" -> keyword();
      case "UNKEYWORD" -> new SearchKey.Not(keyword());
      case "RECENT" -> new SearchKey.Recent();
      case "OLD" -> new SearchKey.Not(new SearchKey.Recent());
      case "NEW" ->
          new SearchKey.And(List.of(new SearchKey.Recent(), new SearchKey.Not(system("SEEN"))));
      case "BEFORE" -> new SearchKey.Day(SearchKey.DateOf.ARRIVAL, null, date());
      case "ON" -> on(SearchKey.DateOf.ARRIVAL);
      case "SINCE" -> new SearchKey.Day(SearchKey.DateOf.ARRIVAL, date(), null);
      case "SENTBEFORE" -> new SearchKey.Day(SearchKey.DateOf.SENT, null, date());
      case "SENTON" -> on(SearchKey.DateOf.SENT);
      case "SENTSINCE" -> new SearchKey.Day(SearchKey.DateOf.SENT, date(), null);
      case "SAVEDBEFORE" -> new SearchKey.Day(SearchKey.DateOf.SAVED, null, date());
      case "SAVEDON" -> on(SearchKey.DateOf.SAVED);
      case "SAVEDSINCE" -> new SearchKey.Day(SearchKey.DateOf.SAVED, date(), null);
      case "SAVEDATESUPPORTED" -> new SearchKey.And(List.of()); // RFC 8514 §4.3: it is, everywhere
      case "OLDER" -> age(true);
      case "YOUNGER" -> age(false);
      case "LARGER" -> new SearchKey.Size(true, number());
      case "SMALLER" -> new SearchKey.Size(false, number());
      case "FROM", "TO", "CC", "BCC", "SUBJECT" -> new SearchKey.Header(name, text());
      case "HEADER" -> {
        in.expectSpace();
        yield new SearchKey.Header(in.astring(), text());
      }
      case "BODY" -> new SearchKey.Body(text());
      case "TEXT" -> new SearchKey.Text(text());
      case "UID" -> {
        in.expectSpace();
        yield new SearchKey.Uids(SequenceSet.parse(in));
      }
      case "MODSEQ" -> modSeq();
      case "EMAILID", "THREADID" -> objectId(name);
      case "X-GM-MSGID" -> gmailId(false);
      case "X-GM-THRID" -> gmailId(true);
      case "X-GM-LABELS" -> new SearchKey.Label(text());
      case "X-GM-RAW" -> gmail();
      case "NOT" -> {
        in.expectSpace();
        yield new SearchKey.Not(key());
      }
      case "FILTER" -> {
        in.expectSpace();
        String filter = in.atom();
        if (!isFilterName(filter)) {
          throw CommandException.bad("Invalid name of a filter");
        }
        yield new SearchKey.Filter(filter);
      }
      case "FUZZY" -> {
        in.expectSpace();
        yield new SearchKey.Fuzzy(key());
      }
      case "OR" -> {
        in.expectSpace();
        SearchKey left = key();
        in.expectSpace();
        yield new SearchKey.Or(left, key());
      }
      default -> throw CommandException.bad("Unknown search key " + name);
    };
  }

  /// RFC 5032 §3.
  private SearchKey age(boolean older) {
    in.expectSpace();
    return new SearchKey.Age(older, in.nzNumber());
  }

  /// RFC 7162 §3.1.5: there is one MODSEQ for all of a message, so the entry is read and ignored.
  private SearchKey modSeq() throws IOException {
    in.expectSpace();
    if (in.peek() == '"') {
      if (!in.string().startsWith("/flags/")) {
        throw CommandException.bad("Unknown entry, expected /flags/");
      }
      in.expectSpace();
      String type = in.word();
      switch (type) {
        case "PRIV", "SHARED", "ALL" -> in.expectSpace();
        default -> throw CommandException.bad("Unknown entry type " + type);
      }
    }
    return new SearchKey.ModSeq(in.number64());
  }

  /// RFC 8474 §7: objectid = 1*255(ALPHA / DIGIT / "_" / "-")
  private SearchKey objectId(String name) {
    in.expectSpace();
    String id = in.atom();
    if (!OBJECT_ID.matcher(id).matches()) {
      throw CommandException.bad("Invalid object identifier");
    }
    return new SearchKey.ObjectId(name.equals("THREADID"), id);
  }

  private SearchKey gmailId(boolean thread) {
    in.expectSpace();
    return new SearchKey.GmailId(thread, in.number64());
  }

  private SearchKey gmail() throws IOException {
    String query = text();
    if (query.isBlank()) {
      throw CommandException.bad("Nothing to search for");
    }
    SearchKey key = GmailQuery.parse(query);
    keys += key.conditions();
    if (keys > KEYS_MAX) {
      throw CommandException.bad("Too many search keys");
    }
    return key;
  }

  private static SearchKey system(String upper) {
    return new SearchKey.Flag(
        switch (upper) {
          case "ANSWERED" -> "\\Answered";
          case "DELETED" -> "\\Deleted";
          case "DRAFT" -> "\\Draft";
          case "FLAGGED" -> "\\Flagged";
          default -> "\\Seen";
        });
  }

  private SearchKey keyword() {
    in.expectSpace();
    return new SearchKey.Flag(FlagSyntax.keyword(in));
  }

  private SearchKey on(SearchKey.DateOf of) throws IOException {
    LocalDate day = date();
    return new SearchKey.Day(of, day, day.plusDays(1));
  }

  private LocalDate date() throws IOException {
    in.expectSpace();
    return ImapDate.date(in);
  }

  private long number() {
    in.expectSpace();
    return in.number64(); // RFC 9051 §9; RFC 3501 ends at 2^32
  }

  private String text() throws IOException {
    in.expectSpace();
    byte[] b = in.astringBytes();
    if (charset.equals(StandardCharsets.UTF_8)) {
      return StrictText.of(b, StandardCharsets.UTF_8);
    }
    return StrictText.of(b, charset);
  }
}
