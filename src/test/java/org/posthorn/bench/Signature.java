package org.posthorn.bench;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.util.Base64;

/// Signs messages as large senders do: DKIM with RSA of 2048 bits (RFC 6376, simple/simple).
final class Signature {
  private static final int BITS = 2048;
  private static final String DOMAIN = "elsewhere.test";
  private static final String SELECTOR = "bench";

  private final KeyPair keys;

  Signature() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(BITS);
    keys = generator.generateKeyPair();
  }

  /// What the DNS has to say: that this machine may send, who signs, and what is to become of what
  /// is not signed.
  void publish(Zone zone) throws java.io.IOException {
    String key = Base64.getEncoder().encodeToString(keys.getPublic().getEncoded());
    zone.txt(SELECTOR + "._domainkey." + DOMAIN, "v=DKIM1; k=rsa; p=" + key)
        .txt(DOMAIN, "v=spf1 ip4:127.0.0.1 -all")
        .txt("_dmarc." + DOMAIN, "v=DMARC1; p=reject")
        .address(DOMAIN, java.net.InetAddress.getByName("127.0.0.1"))
        .pointer("1.0.0.127.in-addr.arpa", DOMAIN);
  }

  /// @param wire a message with the final dot, its header as [MailText] makes it
  byte[] sign(byte[] wire) throws GeneralSecurityException {
    String text = new String(wire, 0, wire.length - 3, StandardCharsets.US_ASCII);
    int blank = text.indexOf("\r\n\r\n");
    byte[] body = text.substring(blank + 4).getBytes(StandardCharsets.US_ASCII);
    String hash = base64(MessageDigest.getInstance("SHA-256").digest(body));
    String field =
        "DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d="
            + DOMAIN
            + "; s="
            + SELECTOR
            + ";\r\n\th=From:To:Subject:Date:Message-ID;\r\n\tbh="
            + hash
            + ";\r\n\tb=";
    StringBuilder signed = new StringBuilder();
    for (String name : new String[] {"From", "To", "Subject", "Date", "Message-ID"}) {
      int at = text.startsWith(name + ": ") ? 0 : text.indexOf("\r\n" + name + ": ") + 2;
      signed.append(text, at, text.indexOf("\r\n", at) + 2);
    }
    java.security.Signature rsa = java.security.Signature.getInstance("SHA256withRSA");
    rsa.initSign(keys.getPrivate());
    rsa.update((signed + field).getBytes(StandardCharsets.US_ASCII));
    byte[] line = (field + base64(rsa.sign()) + "\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[line.length + wire.length];
    System.arraycopy(line, 0, all, 0, line.length);
    System.arraycopy(wire, 0, all, line.length, wire.length);
    return all;
  }

  private static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }
}
