package org.posthorn.app;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.posthorn.app.config.MtaSts;
import org.posthorn.app.http.HttpAnswer;
import org.posthorn.app.http.HttpRequest;
import org.posthorn.trust.transport.StsPolicy;

/// The policy of our domains about TLS (RFC 8461), the same for all, as a document at
/// `https://mta-sts.DOMAIN/.well-known/mta-sts.txt`.
public final class OwnPolicy {
  private final StsPolicy policy;
  private final Predicate<String> ours;

  /// @param ours whether a domain is one of ours
  OwnPolicy(StsPolicy policy, Predicate<String> ours) {
    this.policy = policy;
    this.ours = ours;
  }

  /// What the configuration says.
  ///
  /// @param hostname of this server
  /// @throws CommandFailed when it makes no policy
  public static StsPolicy of(MtaSts config, String hostname) {
    List<String> mx =
        (config.mx().isEmpty() ? List.of(hostname) : config.mx())
            .stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    for (String name : mx) {
      if (!StsPolicy.isPattern(name)) {
        throw new CommandFailed("mta-sts.mx: " + name + " is neither a name nor *.name");
      }
    }
    Duration age = config.maxAge();
    if (age.isNegative() || age.compareTo(StsPolicy.AGE_MAX) > 0) {
      throw new CommandFailed("mta-sts.max-age: between 0s and a year");
    }
    StsPolicy.Mode mode =
        switch (config.mode()) {
          case TESTING -> StsPolicy.Mode.TESTING;
          case ENFORCE -> StsPolicy.Mode.ENFORCE;
          case NONE -> StsPolicy.Mode.NONE;
        };
    return new StsPolicy(mode, mx, Duration.ofSeconds(age.toSeconds()));
  }

  /// Null for what it does not know.
  HttpAnswer answer(HttpRequest request) {
    String host = request.host();
    boolean known =
        request.path().equals(PolicyDownload.PATH)
            && host.startsWith(PolicyDownload.HOST)
            && ours.test(host.substring(PolicyDownload.HOST.length()));
    return known ? HttpAnswer.of("text/plain", policy.text().getBytes(US_ASCII)) : null;
  }

  /// The same, which knows that there is nothing else.
  HttpAnswer answerOrNothing(HttpRequest request) {
    HttpAnswer answer = answer(request);
    return answer == null ? HttpAnswer.text("404 Not Found", "nothing is here") : answer;
  }
}
