package org.posthorn.imap.command;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.posthorn.imap.Extension;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ResultOptions;
import org.posthorn.imap.wire.SearchKey;
import org.posthorn.imap.wire.SearchParser;
import org.posthorn.mime.Charsets;
import org.posthorn.store.UidSet;

/// RFC 4466 §2.6.1: search-program, the keys and the charset of their strings.
///
/// @param known whether the charset is one we know; without it the strings mean nothing
/// @param labelled whether CHARSET was given
record SearchProgram(SearchKey key, boolean known, boolean labelled) {
  /// `["CHARSET" SP charset SP] search-key *(SP search-key)`. Without CHARSET it is UTF-8: RFC 9051
  /// §6.4.4 says so, and US-ASCII, which RFC 3501 §6.4.4 has here, is a part of it.
  static SearchProgram parse(ImapReader in) throws IOException {
    if (!in.acceptWord("CHARSET")) {
      return parse(in, null);
    }
    in.expectSpace();
    String charset = in.astring();
    in.expectSpace();
    SearchProgram p = parse(in, charset);
    return new SearchProgram(p.key, p.known, true);
  }

  /// RFC 5256 §5 search-criteria: `charset 1*(SP search-key)`.
  static SearchProgram parseWithCharset(ImapReader in) throws IOException {
    String charset = in.astring();
    in.expectSpace();
    return parse(in, charset.equalsIgnoreCase("US-ASCII") ? null : charset);
  }

  /// The keys, their strings in that charset; null for UTF-8. An unknown one is no error yet: what
  /// is BAD must not seem to be NO.
  private static SearchProgram parse(ImapReader in, String charset) throws IOException {
    Charset c = charset == null ? StandardCharsets.UTF_8 : Charsets.find(charset);
    boolean known = c != null;
    SearchKey key = SearchParser.parse(in, known ? c : StandardCharsets.ISO_8859_1);
    boolean usual = StandardCharsets.UTF_8.equals(c) || StandardCharsets.US_ASCII.equals(c);
    if (key.usesFilters() && !usual) {
      throw CommandException.bad(
          "BADCHARSET (US-ASCII UTF-8)", "Filters are UTF-8"); // RFC 5466 §3.1
    }
    return new SearchProgram(key, known, false);
  }

  /// Runs a search of these keys.
  Found find(SearchRun run) throws IOException {
    Found found = new Found();
    if (key.isFuzzy()) {
      run.search(uid -> found.add(uid, run.score()));
    } else {
      run.search(found::add);
    }
    return found;
  }

  /// Refuses options that these keys do not allow; where filters may allow them, the search itself
  /// does.
  ///
  /// @param wanted null without RETURN
  SearchProgram with(ResultOptions wanted) {
    if (wanted != null && wanted.has(ResultOptions.Option.RELEVANCY)) {
      needFuzzy();
    }
    return this;
  }

  /// RFC 6203 §4, §6: only such a search has scores.
  void needFuzzy() {
    if (!key.isFuzzy() && !key.usesFilters()) {
      throw CommandException.bad("RELEVANCY goes with FUZZY");
    }
  }

  /// With what is stored in the place of filters. A search that is to be saved and fails with NO
  /// saves nothing (RFC 5182 §2.1).
  ///
  /// @param wanted null without RETURN
  SearchProgram ready(ImapSession s, ResultOptions wanted) {
    refuse(s, wanted);
    try {
      SearchKey resolved = Filters.resolve(s, key);
      return new SearchProgram(resolved, known, labelled).with(wanted);
    } catch (CommandException e) {
      if (e.kind() == CommandException.Kind.NO && isSaved(wanted)) {
        s.view().save(UidSet.EMPTY);
      }
      throw e;
    }
  }

  private static boolean isSaved(ResultOptions wanted) {
    return wanted != null && wanted.has(ResultOptions.Option.SAVE);
  }

  /// Begins a search in the selected mailbox; of one that is [#ready].
  ///
  /// @param wanted null without RETURN
  SearchRun begin(ImapSession s, ResultOptions wanted) throws IOException {
    if (key.usesNumbers() && s.has(Extension.UIDONLY)) {
      throw ImapSession.uidRequired();
    }
    SearchRun run = new SearchRun(s, key); // what `$` means is what it has meant until now
    if (isSaved(wanted)) {
      s.view().save(UidSet.EMPTY);
    }
    check(s);
    return run;
  }

  /// What is BAD, and changes nothing.
  private void refuse(ImapSession s, ResultOptions wanted) {
    if (wanted != null
        && wanted.has(ResultOptions.Option.UPDATE)
        && s.view() != null
        && s.view().watches().has(s.tag())) {
      throw CommandException.bad("Tag is in use for another search"); // RFC 5267 §4.3
    }
    if (labelled && s.has(Extension.UTF8)) {
      throw CommandException.bad("Strings are UTF-8, no CHARSET is allowed"); // RFC 6855 §3
    }
  }

  /// Refuses what cannot be searched for.
  void check(ImapSession s) throws IOException {
    if (key.usesNumbers() && s.has(Extension.UIDONLY)) {
      throw ImapSession.uidRequired();
    }
    if (!known) {
      // RFC 3501 §7.1, RFC 9051 §7.1
      throw CommandException.no("BADCHARSET (US-ASCII UTF-8)", "Unknown charset");
    }
    if (key.asksModSeq()) {
      s.enableCondstore(); // RFC 7162 §3.1
    }
  }
}
