package org.posthorn.imap.wire;

import java.util.EnumSet;
import java.util.Set;

/// `RETURN (…)`: what a client wants to know of what a search or a sort has found (RFC 4466 §2.6.1,
/// RFC 4731 §3.1, RFC 9051 §6.4.4).
///
/// @param partial the window of [Option#PARTIAL]; null without it
public record ResultOptions(Set<Option> options, Window partial) {
  /// What can be asked for.
  public enum Option {
    MIN,
    MAX,
    ALL,
    COUNT,
    /// RFC 9394 §3.1.
    PARTIAL,
    /// Keep it as `$` (RFC 5182).
    SAVE,
    /// Tell of changes (RFC 5267 §4.3).
    UPDATE,
    /// How well each message is what was sought (RFC 6203 §4).
    RELEVANCY,
    /// More searches of this kind will come (RFC 5267 §4.2). Nothing is made of it.
    CONTEXT
  }

  /// What IMAP4rev2 means without RETURN (RFC 9051 §6.4.4), and what `RETURN ()` means.
  public static final ResultOptions ALL = new ResultOptions(EnumSet.of(Option.ALL), null);

  /// Reads `RETURN (…)` and the space behind it; null if the command goes on otherwise.
  public static ResultOptions accept(ImapReader in) {
    if (!in.acceptWord("RETURN")) {
      return null;
    }
    in.expectSpace();
    in.expect('(');
    ResultOptions r = in.accept(')') ? ALL : several(in);
    in.expectSpace();
    return r;
  }

  private static ResultOptions several(ImapReader in) {
    Set<Option> options = EnumSet.noneOf(Option.class);
    Window partial = null;
    do {
      Option o = option(in.word());
      if (o == Option.PARTIAL) {
        if (partial != null) {
          throw CommandException.bad("PARTIAL is given twice"); // RFC 9394 §3.1
        }
        in.expectSpace();
        partial = Window.parse(in);
      }
      options.add(o);
    } while (in.acceptSpace());
    in.expect(')');
    if (partial != null && options.contains(Option.ALL)) {
      throw CommandException.bad("PARTIAL and ALL exclude each other"); // RFC 9394 §3.1
    }
    return new ResultOptions(options, partial);
  }

  private static Option option(String word) {
    for (Option o : Option.values()) {
      if (o.name().equals(word)) {
        return o;
      }
    }
    throw CommandException.bad("Unknown result option " + word);
  }

  public boolean has(Option o) {
    return options.contains(o);
  }

  /// How many messages from the start of an ascending result tell all that is asked for, so that
  /// the search may end there.
  public int enough() {
    Set<Option> ofSome = EnumSet.of(Option.MIN, Option.PARTIAL, Option.SAVE, Option.CONTEXT);
    boolean some = has(Option.MIN) || (partial != null && !partial.fromEnd());
    boolean more = !ofSome.containsAll(options) || (partial != null && partial.fromEnd());
    if (!some || more) {
      return Integer.MAX_VALUE;
    }
    long last = partial == null ? 1 : Math.max(partial.first(), partial.last());
    return (int) Math.min(Integer.MAX_VALUE, last);
  }

  /// Whether there is to be no answer but the tagged one (RFC 5182 §2.1).
  public boolean silent() {
    return options.equals(EnumSet.of(Option.SAVE));
  }
}
