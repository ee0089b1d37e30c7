package org.posthorn.mta.sign;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.posthorn.directory.SigningKey;
import org.posthorn.mime.Address;
import org.posthorn.mime.AddressList;
import org.posthorn.mime.BinaryRewrite;
import org.posthorn.mime.Headers;
import org.posthorn.mime.MimeScanner;
import org.posthorn.mta.queue.NewMessage;
import org.posthorn.smtp.ReversePath;
import org.posthorn.store.Message;
import org.posthorn.trust.AuthenticationResults;
import org.posthorn.trust.arc.ArcResult;
import org.posthorn.trust.arc.ArcSealer;
import org.posthorn.trust.dkim.DkimKey;
import org.posthorn.trust.dkim.DkimSigner;
import org.posthorn.trust.dkim.SignedMessage;
import org.posthorn.trust.dkim.SigningAlgorithm;

/// Signs what leaves, by the domain in From if that is ours, else by that of the envelope's sender.
/// Of a message that is sent on as it is (RFC 5322 §3.6.6) the newest Resent-From stands in the
/// place of From: who sends on was asked for his right to that one alone. Any thread.
///
/// A message that cannot be signed goes without: that is logged.
public final class Signing {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");
  private static final byte[] FIELD = "DKIM-Signature:".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NONE = {};

  /// Octets of a header that are looked at for its author.
  private static final int HEADER_MAX = 256 * 1024;

  /// Octets of all signatures of a message, so that our other lines still find place before it.
  private static final int LINES_MAX = NewMessage.HEAD_MAX / 2;

  /// Octets of all our lines with a set, so that Delivered-To finds place, too.
  private static final int HEADS_MAX = NewMessage.HEAD_MAX - 1024;

  private final DomainKeys keys;
  private final List<SigningAlgorithm> algorithms;
  private final InstantSource clock;
  private final Map<String, Ready> ready = new ConcurrentHashMap<>();

  /// The keys of a domain, read.
  private record Ready(
      List<SigningKey> rows, List<DkimSigner.SigningKey> keys, DkimSigner signer) {}

  /// @param algorithms that sign, the first first
  public Signing(DomainKeys keys, List<SigningAlgorithm> algorithms, InstantSource clock) {
    this.keys = keys;
    this.algorithms = List.copyOf(algorithms);
    this.clock = clock;
  }

  /// Signatures, each a field with its line end, to stand before a message; empty if no domain of
  /// ours has to do with it.
  public byte[] lines(Message message, ReversePath sender) {
    return lines(message::open, message.structure().headers(), sender);
  }

  /// The same for octets, from the header on.
  public byte[] lines(BinaryRewrite.Source octets, ReversePath sender) {
    try (InputStream in = octets.open()) {
      return lines(octets, MimeScanner.scan(in.readNBytes(HEADER_MAX)).headers(), sender);
    } catch (IOException e) {
      LOG.log(WARNING, "mail-not-signed from={0} reason={1}", sender, e.toString());
      return NONE;
    }
  }

  private byte[] lines(BinaryRewrite.Source octets, Headers headers, ReversePath sender) {
    String domain = domain(headers, sender);
    if (domain == null) {
      return NONE;
    }
    try {
      byte[] lines = signer(domain).sign(SignedMessage.readToSign(octets), clock.instant());
      if (lines.length <= LINES_MAX) {
        return lines;
      }
      LOG.log(WARNING, "mail-not-signed from={0} reason=signatures are too long", sender);
    } catch (IOException | RuntimeException e) {
      // Whatever went wrong: what cannot be signed is no less to be sent.
      LOG.log(WARNING, "mail-not-signed from={0} reason={1}", sender, e.toString());
    }
    return NONE;
  }

  /// Null if neither is ours.
  private String domain(Headers headers, ReversePath sender) {
    List<String> resent = headers.every("Resent-From");
    List<String> from = resent.isEmpty() ? headers.every("From") : resent.subList(0, 1);
    if (from.size() == 1) {
      for (Address.Mailbox author : AddressList.mailboxes(from.getFirst())) {
        if (author.email() != null && keys.signs(author.email().domain())) {
          return author.email().domain();
        }
      }
    }
    boolean ours = !sender.isNull() && keys.signs(sender.address().domain());
    return ours ? sender.address().domain() : null;
  }

  /// The ARC set by which we vouch for what we found out about a message of strangers that an
  /// address of ours sends on (RFC 8617 §5.1), three fields with their line ends, to stand before
  /// it. Empty if nothing was found out, or not whether the chain that it has is good.
  ///
  /// @param octets of the message as it came, from the header on
  /// @param head our lines that stand before it, with what was found out
  /// @param domain of the address that sends it on
  public byte[] seal(BinaryRewrite.Source octets, byte[] head, String domain) {
    String found = MimeScanner.scan(head).headers().first(AuthenticationResults.NAME);
    try {
      DkimSigner.SigningKey key = found == null ? null : sealing(domain);
      if (key == null) {
        return NONE;
      }
      SignedMessage message = SignedMessage.readToSign(octets);
      String chain = chain(AuthenticationResults.parse(found));
      if (chain.isEmpty() && !message.fields("arc-seal").isEmpty()) {
        return NONE;
      }
      ArcResult.Code code =
          switch (chain) {
            case "pass" -> ArcResult.Code.PASS;
            case "none", "" -> ArcResult.Code.NONE;
            default -> ArcResult.Code.FAIL;
          };
      byte[] lines = new ArcSealer(key).seal(message, found, code, clock.instant());
      return lines.length + head.length <= HEADS_MAX ? lines : NONE;
    } catch (IOException | RuntimeException e) {
      LOG.log(WARNING, "mail-not-sealed domain={0} reason={1}", domain, e.toString());
      return NONE;
    }
  }

  /// What was found out of the chain; "" if nobody looked.
  private static String chain(AuthenticationResults found) {
    return found == null
        ? ""
        : found.results().stream()
            .filter(r -> r.method().equals("arc"))
            .map(AuthenticationResults.Result::result)
            .findFirst()
            .orElse("");
  }

  /// The key of a domain that most can check; null if it has none.
  private DkimSigner.SigningKey sealing(String domain) {
    signer(domain);
    Ready known = ready.get(domain);
    return known.keys.stream()
        .filter(k -> k.key().algorithm() == SigningAlgorithm.RSA_SHA256)
        .findFirst()
        .orElse(known.keys.isEmpty() ? null : known.keys.getFirst());
  }

  private DkimSigner signer(String domain) {
    List<SigningKey> rows = keys.of(domain);
    Ready known = ready.get(domain);
    if (known != null && known.rows == rows) {
      return known.signer;
    }
    List<DkimSigner.SigningKey> signing = new ArrayList<>();
    for (SigningAlgorithm a : algorithms) {
      for (SigningKey k : rows) {
        if (k.state() == SigningKey.State.ACTIVE && k.algorithm().equals(a.keyType())) {
          signing.add(new DkimSigner.SigningKey(domain, k.selector(), DkimKey.decode(k.secret())));
        }
      }
    }
    DkimSigner signer = new DkimSigner(signing);
    ready.put(domain, new Ready(rows, List.copyOf(signing), signer));
    return signer;
  }

  /// The signatures of ours at the begin of the lines that stand before a message.
  public static byte[] signatures(byte[] head) {
    int end = 0;
    while (startsWith(head, end)) {
      end = endOfField(head, end);
    }
    return Arrays.copyOf(head, end);
  }

  private static boolean startsWith(byte[] head, int at) {
    int to = at + FIELD.length;
    return to <= head.length && Arrays.equals(head, at, to, FIELD, 0, FIELD.length);
  }

  private static int endOfField(byte[] head, int from) {
    for (int i = from; i < head.length; i++) {
      boolean continued = i + 1 < head.length && (head[i + 1] == ' ' || head[i + 1] == '\t');
      if (head[i] == '\n' && !continued) {
        return i + 1;
      }
    }
    return head.length;
  }
}
