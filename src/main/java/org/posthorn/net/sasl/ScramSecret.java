package org.posthorn.net.sasl;

/// What a server keeps of a password to speak SCRAM with it (RFC 5802 §3). For a name that nobody
/// has it is made up, with keys that no password has.
public record ScramSecret(byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {
  @Override
  public String toString() {
    return "ScramSecret[" + iterations + "]";
  }
}
