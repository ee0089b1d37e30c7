package org.posthorn.app.config;

import java.nio.file.Path;
import java.util.List;

/// The Domain Name System.
public record Dns(
    @Key(
            doc =
                "Name servers to ask, such as \"127.0.0.1:53\". They must do the whole search"
                    + " themselves. Empty takes those of the machine.",
            value = "[]")
        List<Endpoint> servers,
    @Key(
            doc =
                "Whether answers are validated (DNSSEC). The name servers need not do it, but must"
                    + " hand on signatures; where they do not, the log says so, and nothing is"
                    + " validated. DANE needs it.",
            value = "true")
        boolean validate,
    @Key(
            doc =
                "A file of DS or DNSKEY records where chains of signatures begin, instead of the"
                    + " keys of the Internet's root. For networks with a root of their own, and for"
                    + " tests.",
            value = "\"\"")
        Path trustAnchor,
    @Key(
            doc =
                "Domains for which, with all below them, signatures are not asked for: private ones"
                    + " that the root says do not exist. `internal`, `local`, `home.arpa` and the"
                    + " reverse zones of private addresses are among them in any case.",
            value = "[\"lan\", \"home\", \"corp\"]")
        List<String> unsigned) {}
