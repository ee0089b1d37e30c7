package org.posthorn.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.AccountId;

/// Row `n` of a domain's partition: what one local part is. The empty local part is the catch-all.
sealed interface NameRow {
  /// Accounts whose mail goes nowhere else; it also has aliases of earlier versions, which led to
  /// addresses here.
  int FORMAT_FIRST = 1;

  int FORMAT = 2;
  int ACCOUNT = 1;
  int ALIAS = 2;
  int GROUP = 3;
  int MOVED = 4;
  int RELAYED = 5;

  /// Local part of the catch-all.
  String CATCH_ALL = "";

  /// @param localPart as it was written
  /// @param move null if its user has not moved
  record OfAccount(AccountId account, String localPart, Forwarding forwarding, Move move)
      implements NameRow {
    OfAccount(AccountId account, String localPart) {
      this(account, localPart, Forwarding.NONE, null);
    }

    OfAccount with(Forwarding other) {
      return new OfAccount(account, localPart, other, move);
    }

    OfAccount with(Move other) {
      return new OfAccount(account, localPart, forwarding, other);
    }

    private boolean isPlain() {
      return forwarding.equals(Forwarding.NONE) && move == null;
    }
  }

  /// @param localPart as it was written
  /// @param expires in whole milliseconds; null: never
  record OfAlias(String localPart, List<EmailAddress> targets, Instant expires) implements NameRow {
    boolean isOver(Instant now) {
      return expires != null && !now.isBefore(expires);
    }
  }

  /// @param localPart as it was written
  /// @param owner null if it has none
  record OfGroup(String localPart, List<EmailAddress> members, EmailAddress owner)
      implements NameRow {}

  /// Somebody who has no account here any more.
  ///
  /// @param localPart as it was written
  record OfMoved(String localPart, Move move) implements NameRow {}

  /// A recipient of a domain that others are for.
  ///
  /// @param localPart as it was written
  record OfRelayed(String localPart) implements NameRow {}

  String localPart();

  static byte[] key(String localPart) {
    byte[] text = Names.key(localPart).getBytes(UTF_8);
    byte[] key = new byte[1 + text.length];
    key[0] = 'n';
    System.arraycopy(text, 0, key, 1, text.length);
    return key;
  }

  default byte[] encode() {
    boolean first = this instanceof OfAccount a && a.isPlain();
    RowText.Writer w = new RowText.Writer(first ? FORMAT_FIRST : FORMAT);
    switch (this) {
      case OfAccount a -> {
        w.u8(ACCOUNT).text(a.localPart).u64(a.account.value());
        if (!first) {
          write(w, a.forwarding.targets());
          w.u8(a.forwarding.keepCopy() ? 1 : 0);
          write(w, a.move);
        }
      }
      case OfAlias a -> {
        write(w.u8(ALIAS).text(a.localPart), a.targets);
        w.u64(a.expires == null ? 0 : a.expires.toEpochMilli());
      }
      case OfGroup g -> {
        write(w.u8(GROUP).text(g.localPart), g.members);
        write(w, g.owner == null ? List.of() : List.of(g.owner));
      }
      case OfMoved m -> write(w.u8(MOVED).text(m.localPart), m.move);
      case OfRelayed r -> w.u8(RELAYED).text(r.localPart);
    }
    return w.done();
  }

  private static void write(RowText.Writer w, List<EmailAddress> addresses) {
    w.u32(addresses.size());
    for (EmailAddress a : addresses) w.text(a.localPart()).text(a.domain());
  }

  private static void write(RowText.Writer w, Move move) {
    write(w, move == null ? List.of() : List.of(move.to()));
    w.u8(move != null && move.forwarded() ? 1 : 0);
  }

  static NameRow decode(byte[] row) {
    RowText.Reader r = new RowText.Reader(row, FORMAT_FIRST, FORMAT);
    int kind = r.u8();
    String localPart = r.text();
    try {
      return r.format() == FORMAT_FIRST ? first(r, kind, localPart) : decode(r, kind, localPart);
    } catch (IllegalArgumentException e) {
      throw RowText.Reader.damaged(e.getMessage());
    }
  }

  private static NameRow first(RowText.Reader r, int kind, String localPart) {
    return switch (kind) {
      case ACCOUNT -> new OfAccount(new AccountId(r.u64()), localPart);
      case ALIAS -> new OfAlias(localPart, addresses(r), null);
      default -> throw RowText.Reader.damaged("name of kind " + kind);
    };
  }

  private static NameRow decode(RowText.Reader r, int kind, String localPart) {
    return switch (kind) {
      case ACCOUNT -> {
        AccountId account = new AccountId(r.u64());
        var forwarding = new Forwarding(addresses(r), r.u8() != 0);
        yield new OfAccount(account, localPart, forwarding, move(r));
      }
      case ALIAS -> {
        List<EmailAddress> targets = addresses(r);
        long expires = r.u64();
        yield new OfAlias(localPart, targets, expires == 0 ? null : Instant.ofEpochMilli(expires));
      }
      case GROUP -> new OfGroup(localPart, addresses(r), one(r));
      case MOVED -> {
        Move move = move(r);
        if (move == null) throw RowText.Reader.damaged("moved to nowhere");
        yield new OfMoved(localPart, move);
      }
      case RELAYED -> new OfRelayed(localPart);
      default -> throw RowText.Reader.damaged("name of kind " + kind);
    };
  }

  private static List<EmailAddress> addresses(RowText.Reader r) {
    int count = r.u32();
    List<EmailAddress> out = new ArrayList<>();
    for (int i = 0; i < count; i++) out.add(new EmailAddress(r.text(), r.text()));
    return List.copyOf(out);
  }

  private static EmailAddress one(RowText.Reader r) {
    List<EmailAddress> some = addresses(r);
    return some.isEmpty() ? null : some.getFirst();
  }

  private static Move move(RowText.Reader r) {
    EmailAddress to = one(r);
    boolean forwarded = r.u8() != 0;
    return to == null ? null : new Move(to, forwarded);
  }
}
