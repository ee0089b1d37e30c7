package org.posthorn.app.config;

import java.util.List;

/// The doors.
public record Listen(
    @Key(doc = "Mail from other servers; STARTTLS is offered.", value = "{ bind = [\"*:25\"] }")
        Door smtp,
    @Key(doc = "Mail from your users' programs, with STARTTLS.", value = "{ bind = [\"*:587\"] }")
        Door submission,
    @Key(
            doc = "Mail from your users' programs, with TLS from the first byte. The best choice.",
            value = "{ bind = [\"*:465\"] }")
        Door submissions,
    @Key(doc = "IMAP with STARTTLS.", value = "{ bind = [\"*:143\"] }") Door imap,
    @Key(
            doc = "IMAP with TLS from the first byte. The best choice.",
            value = "{ bind = [\"*:993\"] }")
        Door imaps,
    @Key(doc = "POP3 with STLS.", value = "{ bind = [\"*:110\"] }") Door pop3,
    @Key(doc = "POP3 with TLS from the first byte.", value = "{ bind = [\"*:995\"] }") Door pop3s,
    @Key(
            doc =
                "Local delivery (LMTP) for another mail server in front of this one. It asks for"
                    + " no password: bind it where only that server can reach it.",
            value = "{ enabled = false, bind = [\"127.0.0.1:24\"] }")
        Door lmtp,
    @Key(
            doc =
                "HTTPS, for the policy about TLS of your domains (MTA-STS). The certificate must"
                    + " be good for mta-sts.DOMAIN.",
            value = "{ enabled = false, bind = [\"*:443\"] }")
        Door https) {
  /// One door.
  public record Door(
      @Key(doc = "Whether to listen at all.", value = "true") boolean enabled,
      @Key(
              doc =
                  "Where to listen: \"192.0.2.1:25\", \"[2001:db8::1]:25\", or \"*:25\" for every"
                      + " address of the machine.",
              value = "[]")
          List<Endpoint> bind) {}
}
