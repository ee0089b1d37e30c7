package org.posthorn.mta.send;

import java.util.List;
import org.posthorn.net.CertificateProof;
import org.posthorn.smtp.client.TlsUse;
import org.posthorn.trust.transport.TlsFailure;
import org.posthorn.trust.transport.TlsPolicy;

/// Which TLS a host is to be reached by, and by whose wish.
///
/// @param use the least that is needed; a message may need more
/// @param proof judges the host's certificate instead of the authorities (DANE); null: they do
/// @param refusal why the host is not to be used at all; null if it may be
/// @param named that the host is the domain's is certain: by DNSSEC, by MTA-STS, or because nobody
///   but us has chosen it (RFC 8689 §4.2.1)
/// @param wishes the policies that are in force, for reports; empty where nobody publishes any
///   because we were told to use the host
public record Guard(
    TlsUse use, CertificateProof proof, Refusal refusal, boolean named, List<Wish> wishes) {

  public Guard {
    wishes = List.copyOf(wishes);
  }

  /// What a host gets that was chosen by ourselves.
  public static Guard chosen(TlsUse use) {
    return new Guard(use, null, null, true, List.of());
  }

  /// One policy, and how to see whether a connection keeps it.
  ///
  /// @param proof for TLSA records: what they say; null if none can be used
  /// @param covers for MTA-STS: the policy names the host
  /// @param binds mail waits rather than going against it
  public record Wish(TlsPolicy policy, CertificateProof proof, boolean covers, boolean binds) {}

  /// Why a host is not to be used.
  ///
  /// @param text for people, printable ASCII; may be empty
  public record Refusal(Why why, String text) {}

  /// Kinds of refusal.
  public enum Why {
    /// The domain's policy of MTA-STS names others (RFC 8461 §4.1).
    NOT_IN_POLICY,
    /// Whether there are TLSA records could not be found out (RFC 7672 §2.1.2).
    TLSA_UNKNOWN,
    /// The message requires a proof that the host is the domain's, and there is none.
    NOT_NAMED;

    TlsFailure failure() {
      return this == TLSA_UNKNOWN ? TlsFailure.DNSSEC_INVALID : TlsFailure.VALIDATION_FAILURE;
    }
  }
}
