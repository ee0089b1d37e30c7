package org.posthorn.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/// The certificates of the server, and TLS engines that use them.
///
/// Any thread may call. A reload concerns new connections; those there are keep what they have.
public final class TlsContexts {
  /// A certificate chain and its key, PEM; both may be the same file.
  public record KeyFiles(Path chain, Path key) {
    public KeyFiles {
      Objects.requireNonNull(chain);
      Objects.requireNonNull(key);
    }
  }

  /// What a file looked like when it was read; null attributes if it was not there.
  private record Stamp(FileTime modified, long size, Object identity) {
    static final Stamp ABSENT = new Stamp(null, 0, null);

    static Stamp of(Path file) {
      try {
        var attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
      } catch (IOException e) {
        return ABSENT;
      }
    }
  }

  /// @param authorities null if clients are not asked for certificates
  private record Current(
      SSLContext context,
      SSLParameters parameters,
      List<Identity> identities,
      ClientAuthorities authorities) {}

  private final List<KeyFiles> files;
  private final SslContextFactory factory;
  private final List<String> ownNames; // of a certificate that is ours to make; null if none is
  private final InstantSource clock; // null as long as nothing is ours to make
  private final Path clientAuthorities; // null if clients are not asked
  private volatile Map<Path, Stamp> stamps = Map.of();
  private volatile Current current;

  private TlsContexts(
      List<KeyFiles> files,
      SslContextFactory factory,
      List<String> ownNames,
      InstantSource clock,
      Path clientAuthorities)
      throws IOException {
    if (files.isEmpty()) {
      throw new IllegalArgumentException("no certificate");
    }
    this.files = List.copyOf(files);
    this.factory = factory;
    this.ownNames = ownNames;
    this.clock = clock;
    this.clientAuthorities = clientAuthorities;
    reload();
  }

  /// Reads certificates. The first is the default, for clients that name no server or one that is
  /// in no certificate. For each name there may be an EC and an RSA certificate.
  ///
  /// @throws IOException naming the file, when one cannot be read or does not fit its key
  public static TlsContexts open(List<KeyFiles> files) throws IOException {
    return new TlsContexts(files, SslContextFactory.JDK, null, null, null);
  }

  /// The same, with another provider of TLS.
  public static TlsContexts open(List<KeyFiles> files, Provider provider) throws IOException {
    return new TlsContexts(files, new SslContextFactory(provider), null, null, null);
  }

  /// The certificate in `file`, made there on the first start: ECDSA P-256, signed by itself, for
  /// `names` (DNS names and addresses) and localhost. Made anew when it nears its end or lacks a
  /// name.
  public static TlsContexts selfSigned(Path file, List<String> names, InstantSource clock)
      throws IOException {
    return new TlsContexts(
        List.of(new KeyFiles(file, file)), SslContextFactory.JDK, List.copyOf(names), clock, null);
  }

  /// The same, which also asks clients for certificates, on listeners that are told to.
  ///
  /// @param authorities the certificates of those who sign for clients, PEM
  public TlsContexts withClientAuthorities(Path authorities) throws IOException {
    return new TlsContexts(files, factory, ownNames, clock, authorities);
  }

  /// Reads the files again. When that fails the old certificates stay.
  public synchronized void reload() throws IOException {
    Identity own = ownNames == null ? null : own();
    Map<Path, Stamp> seen = new LinkedHashMap<>();
    for (KeyFiles pair : files) {
      seen.put(pair.chain(), Stamp.of(pair.chain()));
      seen.put(pair.key(), Stamp.of(pair.key()));
    }
    if (clientAuthorities != null) {
      seen.put(clientAuthorities, Stamp.of(clientAuthorities));
    }
    stamps = seen; // also when reading fails: once per change is enough
    List<Identity> identities = new ArrayList<>();
    for (KeyFiles pair : files) {
      identities.add(own == null ? PemFiles.read(pair.chain(), pair.key()) : own);
    }
    ClientAuthorities authorities =
        clientAuthorities == null ? null : ClientAuthorities.read(clientAuthorities);
    SSLContext context = factory.context(new SniKeys(identities), authorities);
    SSLParameters parameters = SslContextFactory.parameters(context);
    current = new Current(context, parameters, List.copyOf(identities), authorities);
  }

  /// Our own certificate, made anew if need be.
  private Identity own() throws IOException {
    Path file = files.getFirst().chain();
    if (Files.exists(file)) {
      Identity kept = PemFiles.read(file, file);
      if (!SelfSigned.outdated(kept, ownNames, clock.instant())) {
        return kept;
      }
      SelfSigned.renew(file, kept, ownNames, clock.instant());
    } else {
      SelfSigned.make(file, ownNames, clock.instant());
    }
    return PemFiles.read(file, file);
  }

  /// Whether a file has another time, size or identity than when it was read, or our own
  /// certificate nears its end: [#reload] is due. Cheap.
  public boolean changed() {
    for (Map.Entry<Path, Stamp> entry : stamps.entrySet()) {
      if (!entry.getValue().equals(Stamp.of(entry.getKey()))) {
        return true;
      }
    }
    return ownNames != null
        && SelfSigned.outdated(current.identities().getFirst(), ownNames, clock.instant());
  }

  /// The names that the certificates are for, and when they end, for `check` and metrics.
  public List<Certificate> certificates() {
    return current.identities().stream()
        .map(i ->
            new Certificate(
                List.copyOf(i.names()),
                i.type(),
                i.leaf().getNotAfter().toInstant(),
                digest(i.leaf().getPublicKey().getEncoded())))
        .toList();
  }

  /// What an operator wants to know of a certificate.
  ///
  /// @param keyType EC, RSA, RSASSA-PSS or EdDSA
  /// @param keyDigest SHA-256 of the public key (SubjectPublicKeyInfo) in hexadecimal digits, as in
  ///   TLSA records `3 1 1` (RFC 6698 §2.1)
  public record Certificate(
      List<String> names, String keyType, java.time.Instant notAfter, String keyDigest) {}

  private static String digest(byte[] octets) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /// An engine for one connection, as the server.
  ///
  /// @param asks whether the client is asked for a certificate, if we know authorities for it
  SSLEngine engine(boolean asks) {
    Current now = current;
    SSLEngine engine = now.context().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setSSLParameters(now.parameters());
    if (asks && now.authorities() != null) {
      engine.setWantClientAuth(true);
    }
    return engine;
  }

  /// The mail addresses in a client's certificate; none if it sent none that is good.
  List<String> clientAddresses(SSLSession session) {
    ClientAuthorities authorities = current.authorities();
    return authorities == null ? List.of() : authorities.addresses(session);
  }
}
