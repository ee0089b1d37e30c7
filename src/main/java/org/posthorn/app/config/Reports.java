package org.posthorn.app.config;

import java.util.List;

/// Reports about mail that servers send each other.
public record Reports(
    @Key(
            doc =
                "Whether to count what is seen of mail in the name of other domains (DMARC) and of"
                    + " TLS with other servers (TLS-RPT), and to send it once a day to the domains"
                    + " that ask for it.",
            value = "true")
        boolean send,
    @Key(
            doc =
                "The address that reports are from, and that is asked about them. Empty takes the"
                    + " postmaster of the default domain.",
            value = "\"\"")
        String from,
    @Key(
            doc =
                "Local parts of addresses to which others report about your domains: mail for them"
                    + " is searched for reports, which `posthorn dmarc report` and `posthorn tlsrpt"
                    + " report` then show. It is delivered all the same.",
            value = "[\"postmaster\", \"dmarc\", \"dmarc-reports\", \"tlsrpt\", \"tls-reports\"]")
        List<String> mailboxes) {}
