package org.posthorn.directory;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.posthorn.directory.DirectoryException.Reason;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.Store;

/// Whose names an account may also write under because an administrator said so: record
/// `k/address/send-as` of the account. An identity is an address or `@domain`, of any domain.
final class SendAs {
  static final String ID = "send-as";

  /// Identities of one account.
  static final int IDENTITIES_MAX = 200;

  private static final int FORMAT = 1;

  private final Store store;
  private final Domains domains;
  private final Object lock = new Object();

  SendAs(Store store, Domains domains) {
    this.store = store;
    this.domains = domains;
  }

  /// As they were written.
  List<String> list(AccountId account) {
    Account a = store.account(account);
    return a == null ? List.of() : read(a);
  }

  private static List<String> read(Account a) {
    byte[] row = a.record(AddressRecord.KIND, ID);
    if (row == null) return List.of();
    RowText.Reader r = new RowText.Reader(row, FORMAT);
    int count = r.u32();
    List<String> out = new ArrayList<>();
    for (int i = 0; i < count; i++) out.add(r.text());
    return List.copyOf(out);
  }

  private static byte[] encode(List<String> identities) {
    RowText.Writer w = new RowText.Writer(FORMAT).u32(identities.size());
    identities.forEach(w::text);
    return w.done();
  }

  /// Whether the address, its name without the detail, or its whole domain was granted.
  boolean granted(AccountId account, EmailAddress address) {
    List<String> identities = list(account);
    if (identities.isEmpty()) return false;
    EmailAddress asked = canonical(address);
    for (String text : identities) {
      if (text.startsWith("@")) {
        String domain = text.substring(1);
        if (domain.equals(address.domain()) || domain.equals(asked.domain())) return true;
      } else {
        EmailAddress granted = EmailAddress.parse(text);
        if (granted != null && covers(canonical(granted), asked)) return true;
      }
    }
    return false;
  }

  /// In the domain that has the names.
  private EmailAddress canonical(EmailAddress a) {
    Domain d = domains.hosting(a.domain());
    return d == null ? a : new EmailAddress(a.localPart(), d.name());
  }

  private boolean covers(EmailAddress granted, EmailAddress asked) {
    if (!granted.domain().equals(asked.domain())) return false;
    String name = Names.key(granted.localPart());
    String wanted = Names.key(asked.localPart());
    if (name.equals(wanted)) return true;
    Domain d = domains.hosting(asked.domain());
    return d != null
        && wanted.startsWith(name)
        && d.settings().separators().indexOf(wanted.charAt(name.length())) >= 0;
  }

  void add(AccountId account, String identity) {
    String text = normal(identity);
    synchronized (lock) {
      Account a = need(account);
      Map<String, String> all = byKey(read(a));
      if (all.putIfAbsent(key(text), text) != null) {
        throw new DirectoryException(Reason.ALREADY_EXISTS, "granted already: " + text);
      }
      if (all.size() > IDENTITIES_MAX) {
        throw new DirectoryException(
            Reason.LIMIT, "an account sends as at most " + IDENTITIES_MAX + " others");
      }
      a.putRecord(AddressRecord.KIND, ID, encode(List.copyOf(all.values())));
    }
  }

  void remove(AccountId account, String identity) {
    String text = normal(identity);
    synchronized (lock) {
      Account a = need(account);
      Map<String, String> all = byKey(read(a));
      if (all.remove(key(text)) == null) {
        throw new DirectoryException(Reason.NO_SUCH_NAME, "not granted: " + text);
      }
      byte[] row = all.isEmpty() ? null : encode(List.copyOf(all.values()));
      a.putRecord(AddressRecord.KIND, ID, row);
    }
  }

  private Account need(AccountId account) {
    Account a = store.account(account);
    if (a == null) throw new DirectoryException(Reason.NO_SUCH_NAME, "the account is gone");
    return a;
  }

  private static Map<String, String> byKey(List<String> texts) {
    Map<String, String> out = new LinkedHashMap<>();
    for (String t : texts) out.put(key(t), t);
    return out;
  }

  private static String key(String text) {
    EmailAddress a = text.startsWith("@") ? null : EmailAddress.parse(text);
    return a == null ? text : Names.key(a);
  }

  private static String normal(String identity) {
    String text = identity.strip();
    return text.startsWith("@")
        ? "@" + Names.domain(text.substring(1))
        : Names.target(text).toString();
  }
}
