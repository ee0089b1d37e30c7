package org.posthorn.net;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.OtherName;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;

/// The mail addresses that a certificate names its owner by.
final class CertificateAddresses {
  /// More are not read.
  private static final int ADDRESSES_MAX = 32;

  // RFC 9598 §3: id-on-SmtpUTF8Mailbox
  private static final ASN1ObjectIdentifier SMTP_UTF8_MAILBOX =
      new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.9");

  private CertificateAddresses() {}

  /// The alternative names; the subject only if those have none (RFC 5280 §4.1.2.6: it is the old
  /// place).
  static List<String> of(X509Certificate certificate) {
    List<String> out = new ArrayList<>();
    try {
      byte[] names = certificate.getExtensionValue(Extension.subjectAlternativeName.getId());
      if (names != null) {
        for (GeneralName name :
            GeneralNames.getInstance(JcaX509ExtensionUtils.parseExtensionValue(names)).getNames()) {
          add(out, address(name));
        }
      }
      if (out.isEmpty()) {
        X500Name subject = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
        for (RDN rdn : subject.getRDNs(BCStyle.EmailAddress)) {
          if (!rdn.isMultiValued() && rdn.getFirst().getValue() instanceof ASN1String s) {
            add(out, s.getString());
          }
        }
      }
    } catch (IOException | RuntimeException e) { // from deep inside a parser
      return List.of();
    }
    return List.copyOf(out);
  }

  private static void add(List<String> to, String address) {
    if (address != null && !address.isEmpty() && to.size() < ADDRESSES_MAX) {
      to.add(address);
    }
  }

  /// Null if it is a name of another kind.
  private static String address(GeneralName name) {
    ASN1Encodable value = name.getName();
    return switch (name.getTagNo()) {
      case GeneralName.rfc822Name -> value instanceof ASN1String s ? s.getString() : null;
      case GeneralName.otherName -> {
        OtherName other = OtherName.getInstance(value);
        yield other.getTypeID().equals(SMTP_UTF8_MAILBOX)
                && other.getValue() instanceof ASN1UTF8String s
            ? s.getString()
            : null;
      }
      default -> null;
    };
  }
}
