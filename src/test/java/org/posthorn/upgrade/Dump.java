package org.posthorn.upgrade;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeSet;
import org.posthorn.app.Core;
import org.posthorn.directory.AccountEntry;
import org.posthorn.directory.Alias;
import org.posthorn.mta.trace.Found;
import org.posthorn.mta.trace.TraceReader;
import org.posthorn.store.Account;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Mailbox;
import org.posthorn.store.MessageRow;
import org.posthorn.store.Quota;
import org.posthorn.store.UidSet;

/// Everything in a data directory that a user can see, as text in a fixed order.
final class Dump {
  /// A sender of whose messages something is remembered.
  static final String TRACED = "traced@elsewhere.test";

  private Dump() {}

  static String of(Core core) throws IOException {
    StringBuilder out = new StringBuilder();
    for (String d : new TreeSet<>(core.directory().domains())) line(out, "domain", d);
    for (Alias a : core.directory().aliases()) line(out, "alias", alias(a));
    for (AccountEntry e : core.directory().accounts()) {
      line(out, "account", e.address());
      account(out, core.store().account(e.account()));
    }
    core.queue()
        .forEach((m, recipients) -> {
          line(out, "waits", m.id(), m.sender(), m.arrived(), m.expires(), m.submitter());
          for (var r : recipients) line(out, " for", r);
        });
    core.trace().flush();
    TraceReader reader = new TraceReader(core.store().kv());
    for (Found.Message m : reader.find(TRACED, null, TraceReader.MESSAGES_MAX).messages()) {
      line(out, "traced", m.id(), m.events());
    }
    return out.toString();
  }

  /// As in the first version, where none had an end.
  private static String alias(Alias a) {
    String end = a.expires() == null ? "" : ", expires=" + a.expires();
    return "Alias[name=%s, targets=%s%s]".formatted(a.name(), a.targets(), end);
  }

  private static void account(StringBuilder out, Account a) throws IOException {
    line(out, " id", a.id());
    line(out, " usage", usage(a));
    line(out, " modseq", a.modSeq());
    line(out, " subscriptions", a.subscriptions());
    for (Mailbox m : a.mailboxes()) mailbox(out, a, m);
  }

  /// As in the first version, which had one limit, and 0 for none.
  private static String usage(Account a) {
    long limit = a.quota().octets() == Quota.NONE ? 0 : a.quota().octets();
    return "Usage[bytes=%d, emails=%d, limit=%d]"
        .formatted(a.usage().bytes(), a.usage().emails(), limit);
  }

  private static void mailbox(StringBuilder out, Account a, Mailbox m) throws IOException {
    line(out, " mailbox", m.name(), m.id(), m.uidValidity(), m.uidNext(), m.highestModSeq());
    line(out, "  counts", m.count(), m.unseen(), m.deleted(), m.bytes());
    line(out, "  keywords", m.keywords(), m.specialUse());
    line(out, "  expunged", m.expungedSince(0));
    EntryCursor c = m.entries(UidSet.ALL);
    while (c.next()) {
      MessageRow row = a.message(c.emailId());
      line(
          out,
          "  entry",
          c.uid(),
          c.size(),
          c.internalDate(),
          c.zoneMinutes(),
          c.saveDate(),
          c.systemFlags(),
          c.keywordsLow(),
          c.keywordsHigh(),
          c.modSeq());
      line(out, "   email", row.email(), row.thread(), sha256(a.bytes(row, 0, (int) row.size())));
      line(out, "   envelope", sha256(row.envelope()), sha256(row.body()));
      line(out, "   structure", sha256(row.bodyStructure()), row.structure().bodyStart());
    }
  }

  private static String sha256(byte[] b) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(b), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private static void line(StringBuilder out, String what, Object... values) {
    out.append(what);
    for (Object v : values) out.append(' ').append(v);
    out.append('\n');
  }
}
