package org.posthorn.mta.judge;

import java.time.InstantSource;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.posthorn.dns.Resolver;
import org.posthorn.mta.trace.Story;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Sender;
import org.posthorn.trust.ReverseLookup;
import org.posthorn.trust.dmarc.Dmarc;
import org.posthorn.trust.spf.Spf;

/// Looks at mail of strangers. One per server, any thread.
public final class Inspector {
  private final String hostname;
  private final Predicate<Client> strangers;
  private final Resolver resolver;
  private final InstantSource clock;
  private final Ticker ticker;
  private final Judge judge;
  private final Spf spf;
  private final Dmarc dmarc;
  private final ReverseLookup reverse;

  /// @param hostname ours
  /// @param random for records that want their policy for a part of the messages; safe for threads
  /// @param strangers whose mail is looked at, among those who send without a login
  public Inspector(
      String hostname,
      Predicate<Client> strangers,
      Resolver resolver,
      InstantSource clock,
      Ticker ticker,
      RandomGenerator random,
      Judge judge) {
    this.hostname = hostname;
    this.strangers = strangers;
    this.resolver = resolver;
    this.clock = clock;
    this.ticker = ticker;
    this.judge = judge;
    this.dmarc = new Dmarc(resolver, random, ticker::nanos);
    this.spf = new Spf(resolver, hostname, clock, ticker::nanos);
    this.reverse = new ReverseLookup(resolver, ticker::nanos);
  }

  String hostname() {
    return hostname;
  }

  Resolver resolver() {
    return resolver;
  }

  InstantSource clock() {
    return clock;
  }

  Ticker ticker() {
    return ticker;
  }

  Judge judge() {
    return judge;
  }

  Dmarc dmarc() {
    return dmarc;
  }

  Spf spf() {
    return spf;
  }

  ReverseLookup reverse() {
    return reverse;
  }

  /// Whether mail of this client, who has not logged in, is looked at.
  public boolean looksAt(Client client) {
    return strangers.test(client);
  }

  /// MAIL was said; what can be looked up now is.
  public Inspection begin(Client client, Sender sender, Story story) {
    return new Inspection(this, client, sender, story);
  }
}
