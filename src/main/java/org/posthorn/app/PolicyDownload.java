package org.posthorn.app;

import java.io.IOException;
import org.posthorn.trust.transport.PolicyFetcher;
import org.posthorn.trust.transport.StsPolicy;
import org.posthorn.trust.transport.TlsFailure;

/// Fetches policies of MTA-STS (RFC 8461 §3.3).
record PolicyDownload(OutsideHttps https, int port) implements PolicyFetcher {
  static final String HOST = "mta-sts.";
  static final String PATH = "/.well-known/mta-sts.txt";

  private static final int OK = 200;

  @Override
  public Fetched fetch(String domain) {
    try {
      HttpReply reply =
          https.ask(OutsideHttps.Request.get(HOST + domain, port, PATH, StsPolicy.OCTETS_MAX));
      return reply.status() == OK
          ? new Fetched.Body(reply.field("content-type"), reply.body())
          : new Fetched.Failed(
              TlsFailure.STS_POLICY_FETCH_ERROR, "the policy host answers " + reply.status());
    } catch (OutsideHttps.UntrustedException e) {
      return new Fetched.Failed(TlsFailure.STS_WEBPKI_INVALID, e.getMessage());
    } catch (IOException e) {
      String why = e.getMessage() == null ? "the connection broke" : e.getMessage();
      return new Fetched.Failed(
          TlsFailure.STS_POLICY_FETCH_ERROR, why.replaceAll("[^\\x20-\\x7e]", "?"));
    }
  }
}
