package org.posthorn.mta;

import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import org.posthorn.directory.Directory;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Backend;
import org.posthorn.store.Store;

/// What the backends share. One per server.
public final class Mta {
  private static final int RADIX = 36;

  private final MtaConfig config;
  private final Store store;
  private final Directory directory;
  private final InstantSource clock;
  private final Recipients recipients;
  private final RecentDeliveries recent;
  private final Counters counters = new Counters();
  private final SecureRandom random = new SecureRandom();

  public Mta(
      MtaConfig config, Store store, Directory directory, InstantSource clock, Ticker ticker) {
    this.config = config;
    this.store = store;
    this.directory = directory;
    this.clock = clock;
    this.recipients = new Recipients(config, store, directory);
    this.recent = new RecentDeliveries(ticker);
  }

  /// For mail from other servers.
  public Backend mx() {
    return new MxBackend(this);
  }

  /// For mail from mail programs.
  public Backend submission() {
    return new SubmissionBackend(this);
  }

  /// For mail from a server in front of us.
  public Backend lmtp() {
    return new LmtpBackend(this);
  }

  public Counters counters() {
    return counters;
  }

  MtaConfig config() {
    return config;
  }

  Store store() {
    return store;
  }

  Directory directory() {
    return directory;
  }

  Recipients recipients() {
    return recipients;
  }

  RecentDeliveries recent() {
    return recent;
  }

  OffsetDateTime now() {
    return OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  /// Names one reception in trace lines, replies and logs.
  String newId() {
    return Long.toString(store.ids().next(), RADIX).toUpperCase(Locale.ROOT);
  }

  /// RFC 5322 §3.6.4.
  String newMessageId() {
    String unique = newId() + "." + Long.toUnsignedString(random.nextLong(), RADIX);
    return "<" + unique.toLowerCase(Locale.ROOT) + "@" + config.hostname() + ">";
  }
}
