package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.EntryName;
import org.posthorn.imap.wire.SearchKey;
import org.posthorn.imap.wire.SearchParser;

/// Searches that clients keep on the server under a name (RFC 5466): metadata of the server, which
/// FILTER puts in its own place.
///
/// `out of spec`: a filter of several keys is put in as if in parentheses, where the RFC has it
/// verbatim; that differs only within NOT and OR, where it would otherwise be torn apart.
final class Filters {
  private static final String VALUES = "/filters/values/";

  /// Filters within filters (RFC 5466 §3.1: three at least).
  private static final int PASSES_MAX = 5;

  /// Filters put into one search.
  private static final int FILTERS_MAX = 100;

  private final ImapSession s;
  private int filters;
  private int conditions;

  private Filters(ImapSession s) {
    this.s = s;
  }

  /// The key without FILTER; NO if one of the filters is not there.
  static SearchKey resolve(ImapSession s, SearchKey key) {
    return key.usesFilters() ? new Filters(s).resolve(key, 0) : key;
  }

  private SearchKey resolve(SearchKey key, int pass) {
    return switch (key) {
      case SearchKey.And a -> {
        List<SearchKey> keys = new ArrayList<>(a.keys().size());
        for (SearchKey k : a.keys()) {
          keys.add(resolve(k, pass));
        }
        yield new SearchKey.And(keys);
      }
      case SearchKey.Or o -> new SearchKey.Or(resolve(o.left(), pass), resolve(o.right(), pass));
      case SearchKey.Not n -> new SearchKey.Not(resolve(n.key(), pass));
      case SearchKey.Fuzzy f -> new SearchKey.Fuzzy(resolve(f.key(), pass));
      case SearchKey.Filter f -> {
        if (pass == PASSES_MAX) {
          throw undefined(f); // RFC 5466 §3.1: also what goes in a circle
        }
        if (++filters > FILTERS_MAX) {
          throw CommandException.no("LIMIT", "Too many filters in one search");
        }
        SearchKey stored = stored(f);
        conditions += stored.conditions();
        if (conditions > SearchParser.KEYS_MAX) {
          throw CommandException.no("LIMIT", "Too many search keys");
        }
        yield resolve(stored, pass + 1);
      }
      default -> key;
    };
  }

  private SearchKey stored(SearchKey.Filter f) {
    Entries entries = Entries.of(s, "");
    byte[] value = entries.value(EntryName.of(EntryName.full(false, VALUES + f.name())));
    if (value == null) {
      value = entries.value(EntryName.of(EntryName.full(true, VALUES + f.name())));
    }
    if (value == null) {
      throw undefined(f);
    }
    return parse(value);
  }

  private static CommandException undefined(SearchKey.Filter f) {
    return CommandException.no("UNDEFINED-FILTER " + f.name(), "No such filter");
  }

  private static SearchKey parse(byte[] value) {
    try {
      return SearchParser.parse(value);
    } catch (CommandException | IOException e) {
      String text =
          e instanceof CommandException c
              ? "Filter is no search: " + c.getMessage()
              : "Filter is no search";
      throw CommandException.no("CANNOT", text);
    }
  }

  /// Refuses to store what is no search under the name of one (RFC 5466 §3.2).
  ///
  /// @param entry of the server
  /// @param value null removes
  static void check(EntryName entry, byte[] value) {
    if (!entry.rest().toLowerCase(Locale.ROOT).startsWith(VALUES) || value == null) {
      return;
    }
    if (!SearchParser.isFilterName(entry.rest().substring(VALUES.length()))) {
      throw CommandException.no("CANNOT", "Invalid name of a filter"); // §4
    }
    parse(value);
  }
}
