package org.posthorn.mta.send;

import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import org.posthorn.net.CertificateJudgement;
import org.posthorn.net.CertificateProof;
import org.posthorn.trust.transport.Dane;

/// The certificate must be as TLSA records say.
record DaneProof(Dane dane, InstantSource clock) implements CertificateProof {
  @Override
  public String serverName() {
    return dane.base();
  }

  @Override
  public CertificateJudgement judge(List<X509Certificate> chain) {
    Dane.Judgement judgement = dane.judge(chain, clock.instant());
    if (judgement.good()) {
      return CertificateJudgement.GOOD;
    }
    CertificateJudgement.Fault fault =
        switch (judgement.failure()) {
          case CERTIFICATE_EXPIRED -> CertificateJudgement.Fault.DATE;
          case CERTIFICATE_HOST_MISMATCH -> CertificateJudgement.Fault.NAME;
          default -> CertificateJudgement.Fault.TRUST;
        };
    return new CertificateJudgement(fault, judgement.reason());
  }
}
