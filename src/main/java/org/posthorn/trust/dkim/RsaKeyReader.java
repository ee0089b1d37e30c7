package org.posthorn.trust.dkim;

import java.math.BigInteger;
import java.util.Arrays;

/// Reads an RSA key in DER: a SubjectPublicKeyInfo (RFC 5280 §4.1), as everybody publishes it, or
/// an RSAPublicKey (RFC 8017 §A.1.1), as RFC 6376 §3.6.1 says. Nothing is computed.
final class RsaKeyReader {
  private static final int SEQUENCE = 0x30;
  private static final int BIT_STRING = 0x03;
  private static final int INTEGER = 0x02;

  /// rsaEncryption with its absent parameters (RFC 8017 §A.1).
  private static final byte[] ALGORITHM = {
    0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01
  };

  private final byte[] b;
  private int at;
  private int end;

  private RsaKeyReader(byte[] b) {
    this.b = b;
    end = b.length;
  }

  /// Null if it is none.
  static PublicKey.Rsa read(byte[] der) {
    RsaKeyReader r = new RsaKeyReader(der);
    if (!r.enter(SEQUENCE)) {
      return null;
    }
    if (r.at < r.end && der[r.at] == SEQUENCE) {
      int whole = r.end;
      if (!r.enter(SEQUENCE) || !r.isRsa()) {
        return null;
      }
      r.at = r.end;
      r.end = whole;
      if (!r.enter(BIT_STRING) || r.at == r.end || der[r.at++] != 0 || !r.enter(SEQUENCE)) {
        return null;
      }
    }
    BigInteger modulus = r.integer();
    BigInteger exponent = modulus == null ? null : r.integer();
    return exponent == null || r.at != r.end ? null : new PublicKey.Rsa(modulus, exponent);
  }

  private boolean isRsa() {
    int to = at + ALGORITHM.length;
    return to <= end && Arrays.equals(b, at, to, ALGORITHM, 0, ALGORITHM.length);
  }

  /// Narrows to what the element holds.
  private boolean enter(int type) {
    int length = length(type);
    if (length < 0) {
      return false;
    }
    end = at + length;
    return true;
  }

  private BigInteger integer() {
    int length = length(INTEGER);
    if (length <= 0 || b[at] < 0) {
      return null; // below zero
    }
    BigInteger i = new BigInteger(b, at, length);
    at += length;
    return i;
  }

  /// Steps over type and length; -1 if they do not fit.
  private int length(int type) {
    if (at + 2 > end || b[at++] != type) {
      return -1;
    }
    int length = b[at++] & 0xff;
    if (length >= 0x80) {
      int octets = length & 0x7f;
      if (octets == 0 || octets > 2 || at + octets > end) {
        return -1;
      }
      length = 0;
      for (int i = 0; i < octets; i++) {
        length = length << 8 | b[at++] & 0xff;
      }
    }
    return length <= end - at ? length : -1;
  }
}
