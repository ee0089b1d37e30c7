package org.posthorn.app;

import org.posthorn.app.config.Config;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.MtaConfig;
import org.posthorn.mta.SendingLimits;

/// What the configuration says of mail, the same for the server and for commands without one.
public final class MtaSettings {
  private MtaSettings() {}

  public static MtaConfig of(Config config) {
    String hostname = MachineName.of(config);
    Config.Sending limits = config.sending();
    MtaConfig mta =
        new MtaConfig(hostname, config.defaultDomain(hostname))
            .withRates(
                new SendingLimits.Rates(
                    limits.messagesPerHour(),
                    limits.messagesPerDay(),
                    limits.newRecipientsPerHour(),
                    limits.newRecipientsPerDay()));
    EmailAddress named = EmailAddress.parse(config.postmaster());
    if (named != null) {
      return mta.withPostmaster(named);
    }
    return mta.postmaster() == null
        ? mta.withPostmaster(EmailAddress.of("postmaster", hostname)) // no such default domain
        : mta;
  }
}
