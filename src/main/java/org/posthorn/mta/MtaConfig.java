package org.posthorn.mta;

import org.posthorn.mime.EmailAddress;

/// @param hostname our name in trace lines and message ids
/// @param defaultDomain whose postmaster gets mail for `postmaster` without a domain, and for
///   addresses with our own IP address as domain
/// @param postmaster notices come from his address, and those nobody else can get go there
/// @param rates how much one account may send
public record MtaConfig(
    String hostname,
    String defaultDomain,
    EmailAddress postmaster,
    LocalSenders localSenders,
    SendingLimits.Rates rates) {

  /// What a stranger on port 25 may call himself.
  public enum LocalSenders {
    /// Senders of our domains have to log in.
    LOG_IN,
    /// Anybody may use any sender. For trying out, where every domain is ours.
    ANYBODY
  }

  public MtaConfig(String hostname, String defaultDomain) {
    this(
        hostname,
        defaultDomain,
        EmailAddress.of("postmaster", defaultDomain),
        LocalSenders.LOG_IN,
        SendingLimits.Rates.DEFAULT);
  }

  public MtaConfig withPostmaster(EmailAddress other) {
    return new MtaConfig(hostname, defaultDomain, other, localSenders, rates);
  }

  public MtaConfig withLocalSenders(LocalSenders other) {
    return new MtaConfig(hostname, defaultDomain, postmaster, other, rates);
  }

  public MtaConfig withRates(SendingLimits.Rates other) {
    return new MtaConfig(hostname, defaultDomain, postmaster, localSenders, other);
  }
}
