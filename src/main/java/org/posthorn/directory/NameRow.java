package org.posthorn.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.AccountId;

/// Row `n` of a domain's partition: what one local part is. The empty local part is the catch-all.
sealed interface NameRow {
  int FORMAT = 1;
  int ACCOUNT = 1;
  int ALIAS = 2;

  /// Local part of the catch-all.
  String CATCH_ALL = "";

  /// @param localPart as it was written
  record OfAccount(AccountId account, String localPart) implements NameRow {}

  /// @param localPart as it was written
  record OfAlias(String localPart, List<EmailAddress> targets) implements NameRow {}

  String localPart();

  static byte[] key(String localPart) {
    byte[] text = Names.key(localPart).getBytes(UTF_8);
    byte[] key = new byte[1 + text.length];
    key[0] = 'n';
    System.arraycopy(text, 0, key, 1, text.length);
    return key;
  }

  default byte[] encode() {
    RowText.Writer w = new RowText.Writer(FORMAT);
    switch (this) {
      case OfAccount a -> w.u8(ACCOUNT).text(a.localPart).u64(a.account.value());
      case OfAlias a -> {
        w.u8(ALIAS).text(a.localPart).u32(a.targets.size());
        for (EmailAddress t : a.targets) w.text(t.localPart()).text(t.domain());
      }
    }
    return w.done();
  }

  static NameRow decode(byte[] row) {
    RowText.Reader r = new RowText.Reader(row, FORMAT);
    int kind = r.u8();
    String localPart = r.text();
    try {
      return decode(r, kind, localPart);
    } catch (IllegalArgumentException e) {
      throw RowText.Reader.damaged(e.getMessage());
    }
  }

  private static NameRow decode(RowText.Reader r, int kind, String localPart) {
    return switch (kind) {
      case ACCOUNT -> new OfAccount(new AccountId(r.u64()), localPart);
      case ALIAS -> {
        int count = r.u32();
        List<EmailAddress> targets = new ArrayList<>();
        for (int i = 0; i < count; i++) targets.add(new EmailAddress(r.text(), r.text()));
        yield new OfAlias(localPart, List.copyOf(targets));
      }
      default -> throw RowText.Reader.damaged("name of kind " + kind);
    };
  }
}
