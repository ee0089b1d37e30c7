package org.posthorn.app;

import java.util.EnumSet;
import java.util.Set;
import org.posthorn.app.config.Config;
import org.posthorn.app.config.Imap;
import org.posthorn.imap.ImapConfig;

/// Makes what IMAP needs of what the configuration says.
final class ImapSettings {
  private ImapSettings() {}

  /// @param hostname of this server
  static ImapConfig of(Config config, String hostname) {
    return new ImapConfig(
        hostname,
        Version.TEXT,
        switch (config.login().cleartext()) {
          case NEVER -> ImapConfig.Cleartext.REFUSED;
          case LOOPBACK -> ImapConfig.Cleartext.LOOPBACK;
        },
        config.limits().messageSize().bytes(),
        config.imap().stillHere(),
        config.imap().loginTimeout(),
        config.imap().timeout(),
        ImapConfig.DATA_TIMEOUT,
        new ImapConfig.Offer(
            switches(config.imap()),
            switch (config.imap().literal()) {
              case PLUS -> ImapConfig.Literals.PLUS;
              case MINUS -> ImapConfig.Literals.MINUS;
            },
            Set.copyOf(config.imap().submissionUsers()),
            Set.copyOf(config.imap().streamingUsers())),
        new ImapConfig.Site(
            contact(config, hostname), config.imap().comment(), config.imap().administrators()));
  }

  private static String contact(Config config, String hostname) {
    return config.imap().contact().isEmpty()
        ? "mailto:postmaster@" + config.defaultDomain(hostname)
        : config.imap().contact();
  }

  private static Set<ImapConfig.Switch> switches(Imap config) {
    Set<ImapConfig.Switch> on = EnumSet.noneOf(ImapConfig.Switch.class);
    if (config.unauthenticate()) {
      on.add(ImapConfig.Switch.UNAUTHENTICATE);
    }
    if (config.gmailExtensions()) {
      on.add(ImapConfig.Switch.GMAIL);
    }
    if (config.uidOnly()) {
      on.add(ImapConfig.Switch.UIDONLY);
    }
    return on;
  }
}
