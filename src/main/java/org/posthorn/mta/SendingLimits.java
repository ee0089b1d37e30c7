package org.posthorn.mta;

import static java.lang.System.Logger.Level.WARNING;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.Ticker;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.Store;

/// How much one account may send, so that a stolen password is of little use: messages, and
/// recipients it never wrote to before, in an hour and in a day.
///
/// Going beyond freezes the account: it sends nothing more, until an administrator releases it, and
/// reads its mail as ever. That lasts over a restart; the counts begin anew with one.
///
/// Records of an account: `k/sending/frozen` why it is frozen; `k/wrote/` hash: it has written to
/// an address, whose text is not kept. Any thread.
public final class SendingLimits {
  static final String KIND = "sending";
  static final String FROZEN = "frozen";
  static final String WROTE = "wrote";

  private static final System.Logger LOG = System.getLogger("posthorn.mta");
  private static final byte FORMAT = 1;
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);

  /// Octets of the hash of an address: nobody gains by a clash but one recipient not counted.
  private static final int HASH_OCTETS = 12;

  /// Accounts whose counts are kept; of more, those that sent longest ago begin anew.
  private static final int ACCOUNTS_MAX = 100_000;

  /// What one account may send; 0 lifts a limit.
  ///
  /// @param newRecipientsAnHour addresses it never wrote to before
  public record Rates(
      int messagesAnHour, int messagesADay, int newRecipientsAnHour, int newRecipientsADay) {
    public static final Rates DEFAULT = new Rates(500, 2000, 200, 500);
    public static final Rates NONE = new Rates(0, 0, 0, 0);
  }

  /// Told when an account is frozen, once each time.
  public interface Alarm {
    void frozen(AccountId account, EmailAddress address, String reason);
  }

  /// When messages or recipients were, oldest first, each with how many; guarded by itself.
  private static final class Window {
    private record Entry(long nanos, int count) {}

    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long used;

    synchronized void add(long now, int count) {
      Entry last = entries.peekLast();
      // Entries of one minute are one, so that a day holds at most so many as it has minutes.
      if (last != null && now - last.nanos < Duration.ofMinutes(1).toNanos()) {
        entries.pollLast();
        entries.addLast(new Entry(last.nanos, last.count + count));
      } else {
        entries.addLast(new Entry(now, count));
      }
      used = now;
    }

    /// How many within a time before now.
    synchronized long within(long now, Duration time) {
      while (!entries.isEmpty() && now - entries.peekFirst().nanos > DAY.toNanos()) {
        entries.pollFirst();
      }
      long sum = 0;
      for (Entry e : entries) {
        sum += now - e.nanos <= time.toNanos() ? e.count : 0;
      }
      return sum;
    }

    synchronized long used() {
      return used;
    }
  }

  /// One account's counts; its lock is held while a message is counted.
  private record Sent(Window messages, Window newRecipients) {
    Sent() {
      this(new Window(), new Window());
    }
  }

  private final Rates rates;
  private final Store store;
  private final Ticker ticker;
  private final Alarm alarm;
  private final Map<AccountId, Sent> sent = new ConcurrentHashMap<>();

  SendingLimits(Rates rates, Store store, Ticker ticker, Alarm alarm) {
    this.rates = rates;
    this.store = store;
    this.ticker = ticker;
    this.alarm = alarm;
  }

  /// Why an account is frozen, or null.
  public static String frozen(Account account) {
    byte[] row = account.record(KIND, FROZEN);
    return row == null ? null : new String(row, 1, row.length - 1, StandardCharsets.UTF_8);
  }

  /// Lets an account send again; its counts begin anew. False if it was not frozen.
  public boolean release(Account account) {
    sent.remove(account.id());
    return thaw(account);
  }

  /// As [#release], where no server runs and so nothing counts.
  public static boolean thaw(Account account) {
    if (frozen(account) == null) return false;
    account.putRecord(KIND, FROZEN, null);
    return true;
  }

  /// Counts a message, or refuses it.
  ///
  /// @return null if it may go, else why it may not, for its sender
  String take(Account account, EmailAddress address, Collection<EmailAddress> recipients) {
    Sent counts = sent.computeIfAbsent(account.id(), k -> new Sent());
    String why;
    synchronized (counts) { // one after the other, or many at once would be none too many
      why = frozen(account);
      if (why == null) why = count(counts, account, address, recipients);
    }
    forgetOld();
    return why == null ? null : text(why);
  }

  /// Null if it is within the limits, else what is beyond.
  private String count(
      Sent counts, Account account, EmailAddress address, Collection<EmailAddress> recipients) {
    Set<String> strangers = strangers(account, recipients);
    long now = ticker.nanos();
    String beyond = beyond(counts, now, strangers.size());
    if (beyond != null) {
      freeze(account, address, beyond);
      return beyond;
    }
    counts.messages.add(now, 1);
    if (!strangers.isEmpty()) {
      counts.newRecipients.add(now, strangers.size());
      Map<String, byte[]> rows = new HashMap<>();
      strangers.forEach(hash -> rows.put(hash, new byte[] {FORMAT}));
      account.putRecords(WROTE, rows);
    }
    return null;
  }

  static String text(String why) {
    return "Sending is stopped for this account, the administrator knows: " + why;
  }

  private String beyond(Sent counts, long now, int strangers) {
    String messages = beyond(counts.messages, now, 1, rates.messagesAnHour, rates.messagesADay);
    if (messages != null) return messages.formatted("messages");
    String people =
        beyond(
            counts.newRecipients,
            now,
            strangers,
            rates.newRecipientsAnHour,
            rates.newRecipientsADay);
    return people == null ? null : people.formatted("recipients it never wrote to before");
  }

  private static String beyond(Window window, long now, int more, int anHour, int aDay) {
    if (more == 0) return null;
    if (anHour > 0 && window.within(now, HOUR) + more > anHour) {
      return "more than " + anHour + " %s in an hour";
    }
    if (aDay > 0 && window.within(now, DAY) + more > aDay) {
      return "more than " + aDay + " %s in a day";
    }
    return null;
  }

  private void freeze(Account account, EmailAddress address, String why) {
    byte[] text = why.getBytes(StandardCharsets.UTF_8);
    byte[] row = new byte[1 + text.length];
    row[0] = FORMAT;
    System.arraycopy(text, 0, row, 1, text.length);
    account.putRecord(KIND, FROZEN, row);
    LOG.log(
        WARNING, "sending-frozen account={0} address={1} reason={2}", account.id(), address, why);
    alarm.frozen(account.id(), address, why);
  }

  /// Hashes of those that the account never wrote to.
  private static Set<String> strangers(Account account, Collection<EmailAddress> recipients) {
    Set<String> out = new HashSet<>();
    for (EmailAddress r : recipients) {
      String hash = hash(r);
      if (account.record(WROTE, hash) == null) out.add(hash);
    }
    return out;
  }

  /// Whether the account has written to an address.
  public static boolean hasWritten(Account account, EmailAddress to) {
    return account.record(WROTE, hash(to)) != null;
  }

  private static String hash(EmailAddress address) {
    try {
      byte[] all =
          MessageDigest.getInstance("SHA-256")
              .digest(address.key().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(all, HASH_OCTETS));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  private void forgetOld() {
    if (sent.size() <= ACCOUNTS_MAX) return;
    long now = ticker.nanos();
    sent.values().removeIf(s -> now - s.messages.used() > DAY.toNanos());
    if (sent.size() > ACCOUNTS_MAX) sent.clear();
  }
}
