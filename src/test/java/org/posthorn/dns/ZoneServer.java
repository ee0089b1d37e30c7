package org.posthorn.dns;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Master;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/// A name server on loopback, by UDP and TCP, that knows the zones it is given and says that
/// nothing else exists. For a name it can be told to misbehave: in code by [#misbehave], in the
/// text of a zone by a line `;! NAME BEHAVIOUR`.
///
/// By hand, on 127.0.0.1, or with ADDRESS:PORT elsewhere:
///
/// ```
/// java -cp 'target/classes:target/test-classes:target/lib/*' org.posthorn.dns.ZoneServer 5300 FILE
/// ```
///
/// With `--sign ANCHORS` behind it, everything is signed, and the file ANCHORS is written for
/// `dns.trust-anchor`. A zone begins wherever there is an SOA; those of lines `;- NAME` stay
/// unsigned.
public final class ZoneServer implements AutoCloseable {
  /// What is done about a question instead of answering it.
  public enum Behaviour {
    SERVFAIL,
    REFUSED,
    /// Answers neither by UDP nor by TCP.
    SILENT,
    /// Answers once [#release] was called.
    HELD,
    /// Says by UDP that the answer is too long for it.
    TRUNCATED,
    /// Truncated by UDP, and by TCP it closes.
    CLOSING,
    /// A wrong id.
    WRONG_ID,
    /// Ten answers with a wrong id and ten to another question, then the right one.
    NOISY,
    /// Answers to another question.
    WRONG_QUESTION,
    /// The right answer, and besides records of other names.
    LYING,
    /// Octets that are no DNS.
    GARBAGE,
    /// FORMERR for whoever uses EDNS.
    OLD,
    /// Points to other servers instead of asking them.
    REFERRING,
    /// Signatures that do not fit.
    BROKEN_SIGNATURE,
    EXPIRED_SIGNATURE,
    /// Signatures that are not valid yet.
    EARLY_SIGNATURE,
    /// No signatures, though the zone is signed.
    NO_SIGNATURE,
    /// No NSEC and NSEC3.
    NO_PROOF,
    /// No signatures, but the word that it has validated them.
    SAYS_AD
  }

  private static final int LAST_CNAME = 20;
  private static final int DATAGRAM_MAX = 1232;
  private static final int NO_EDNS_MAX = 512;
  private static final Name INVENTED = Name.fromConstantString("invented.invalid.");

  private final Map<Name, List<Record>> records = new ConcurrentHashMap<>();
  private final Map<Name, Behaviour> behaviours = new ConcurrentHashMap<>();
  private final List<String> questions = new CopyOnWriteArrayList<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private final DatagramSocket udp;
  private final ServerSocket tcp;
  private final ZoneSigner signer = new ZoneSigner(records);
  private volatile boolean signing;
  private volatile boolean stripping;

  public ZoneServer() throws IOException {
    this(0);
  }

  /// @param port 0 takes a free one
  public ZoneServer(int port) throws IOException {
    this("127.0.0.1", port);
  }

  private ZoneServer(String at, int port) throws IOException {
    InetAddress loopback = InetAddress.ofLiteral(at);
    ServerSocket listening = null;
    DatagramSocket datagrams = null;
    for (int i = 0; datagrams == null; i++) {
      listening = new ServerSocket(port, 50, loopback);
      try {
        datagrams = new DatagramSocket(listening.getLocalPort(), loopback);
      } catch (IOException e) {
        listening.close(); // the same number was taken for UDP
        if (port != 0 || i == 20) {
          throw e;
        }
      }
    }
    tcp = listening;
    udp = datagrams;
    Thread.ofVirtual().start(this::serveUdp);
    Thread.ofVirtual().start(this::serveTcp);
  }

  public InetSocketAddress address() {
    return (InetSocketAddress) udp.getLocalSocketAddress();
  }

  /// Adds what the text of a zone file says (RFC 1035 §5.1). Names without a dot at the end are
  /// below the root.
  public ZoneServer zone(String text) {
    for (String line : text.lines().toList()) {
      if (line.startsWith(";!")) {
        String[] words = line.substring(2).trim().split("\\s+");
        misbehave(words[0], Behaviour.valueOf(words[1].toUpperCase(Locale.ROOT)));
      }
    }
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    try (var master = new Master(new ByteArrayInputStream(octets), Name.root, 300)) {
      for (Record r = master.nextRecord(); r != null; r = master.nextRecord()) {
        records.computeIfAbsent(r.getName(), n -> list()).add(r);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /// Signs the root and every zone, which is what has an SOA. Zones that come later, and other ways
  /// of signing, are for [#sign(String, ZoneSigner.Way)].
  public ZoneServer sign() {
    sign(".", ZoneSigner.Way.NSEC);
    for (Name name : List.copyOf(records.keySet())) {
      boolean apex = records.get(name).stream().anyMatch(r -> r instanceof SOARecord);
      if (apex && !name.equals(Name.root)) {
        signer.sign(name, ZoneSigner.Way.NSEC);
      }
    }
    return this;
  }

  /// Signs a zone, with a new key. It becomes one if it is not.
  ZoneServer sign(String apex, ZoneSigner.Way way) {
    signing = true;
    signer.sign(name(apex), way);
    return this;
  }

  /// Makes a zone an unsigned one below a signed one: without keys, and without a DS.
  public ZoneServer unsign(String apex) {
    signer.unsign(name(apex));
    return this;
  }

  /// What a validator must be told: a file for `dns.trust-anchor`.
  public String trustAnchor() {
    return trustAnchor(".");
  }

  String trustAnchor(String apex) {
    return signer.anchor(name(apex)) + "\n";
  }

  /// Whether all signatures and proofs are left out, as old forwarders do.
  public ZoneServer strip(boolean all) {
    stripping = all;
    return this;
  }

  /// Takes all records and all misbehaviour of a name away.
  public ZoneServer remove(String name) {
    records.remove(name(name));
    behaviours.remove(name(name));
    return this;
  }

  public ZoneServer misbehave(String name, Behaviour behaviour) {
    behaviours.put(name(name), behaviour);
    return this;
  }

  public ZoneServer behave(String name) {
    behaviours.remove(name(name));
    return this;
  }

  /// Lets what is held be answered.
  public void release() {
    release.countDown();
  }

  /// What was asked so far, as `udp mx example.test`.
  public List<String> questions() {
    return List.copyOf(questions);
  }

  static List<Record> list() {
    return new CopyOnWriteArrayList<>();
  }

  private static Name name(String text) {
    try {
      return Name.fromString(text, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private void serveUdp() {
    while (!udp.isClosed()) {
      var packet = new DatagramPacket(new byte[4096], 4096);
      try {
        udp.receive(packet);
      } catch (IOException e) {
        continue; // closed, or a client that has gone
      }
      byte[] octets = Arrays.copyOf(packet.getData(), packet.getLength());
      Thread.ofVirtual()
          .start(() -> {
            try {
              for (byte[] reply : replies(new Message(octets), false)) {
                udp.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
              }
            } catch (IOException e) {
              // no DNS, or nobody who wants the answer any more
            }
          });
    }
  }

  private void serveTcp() {
    while (!tcp.isClosed()) {
      try {
        Socket socket = tcp.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      var in = new DataInputStream(socket.getInputStream());
      var out = new DataOutputStream(socket.getOutputStream());
      while (true) {
        byte[] octets = new byte[in.readUnsignedShort()];
        in.readFully(octets);
        var query = new Message(octets);
        Behaviour b = behaviours.get(query.getQuestion().getName());
        List<byte[]> replies = replies(query, true);
        if (b == Behaviour.CLOSING) {
          return;
        }
        for (byte[] reply : replies) {
          out.writeShort(reply.length);
          out.write(reply);
        }
      }
    } catch (IOException e) {
      // the client has gone
    }
  }

  private List<byte[]> replies(Message query, boolean overTcp) {
    Record question = query.getQuestion();
    String text = Type.string(question.getType()) + " " + question.getName().toString(true);
    questions.add((overTcp ? "tcp " : "udp ") + text.toLowerCase(Locale.ROOT));
    Behaviour behaviour = behaviours.get(question.getName());
    int max = query.getOPT() == null ? NO_EDNS_MAX : query.getOPT().getPayloadSize();
    int room = overTcp ? Message.MAXLENGTH : Math.min(max, DATAGRAM_MAX);
    byte[] honest = answer(query).toWire(room);
    if (behaviour == null) {
      return List.of(honest);
    }
    return switch (behaviour) {
      case SERVFAIL -> List.of(refusal(query, Rcode.SERVFAIL));
      case REFUSED -> List.of(refusal(query, Rcode.REFUSED));
      case SILENT -> List.of();
      case HELD -> {
        await();
        yield List.of(honest);
      }
      case TRUNCATED, CLOSING -> List.of(overTcp ? honest : truncated(query));
      case WRONG_ID -> List.of(otherId(honest));
      case WRONG_QUESTION -> List.of(otherQuestion(query));
      case NOISY -> {
        List<byte[]> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
          all.add(otherId(honest));
          all.add(otherQuestion(query));
        }
        all.add(honest);
        yield all;
      }
      case LYING -> List.of(lie(query).toWire(room));
      case GARBAGE -> List.of(new byte[] {honest[0], honest[1], 1, 2, 3});
      case OLD -> List.of(query.getOPT() == null ? honest : refusal(query, Rcode.FORMERR));
      case REFERRING -> List.of(empty(query).toWire());
      case BROKEN_SIGNATURE,
          EXPIRED_SIGNATURE,
          EARLY_SIGNATURE,
          NO_SIGNATURE,
          NO_PROOF,
          SAYS_AD -> {
        Message reply = answer(query);
        ZoneSigner.spoil(reply, behaviour);
        if (behaviour == Behaviour.SAYS_AD) {
          reply.getHeader().setFlag(Flags.AD);
        }
        yield List.of(reply.toWire(room));
      }
    };
  }

  private void await() {
    try {
      release.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Message empty(Message query) {
    var reply = new Message(query.getHeader().getID());
    reply.getHeader().setFlag(Flags.QR);
    if (query.getHeader().getFlag(Flags.RD)) {
      reply.getHeader().setFlag(Flags.RD);
    }
    reply.addRecord(query.getQuestion(), Section.QUESTION);
    return reply;
  }

  private static byte[] refusal(Message query, int rcode) {
    Message reply = empty(query);
    reply.getHeader().setRcode(rcode);
    return reply.toWire();
  }

  private static byte[] truncated(Message query) {
    Message reply = empty(query);
    reply.getHeader().setFlag(Flags.TC);
    return reply.toWire();
  }

  private static byte[] otherId(byte[] reply) {
    byte[] changed = reply.clone();
    changed[1] ^= 1;
    return changed;
  }

  private byte[] otherQuestion(Message query) {
    Record asked = Record.newRecord(INVENTED, query.getQuestion().getType(), DClass.IN);
    Message other = Message.newQuery(asked);
    other.getHeader().setID(query.getHeader().getID());
    return answer(other).toWire();
  }

  /// Adds the answer's records once more, for other names.
  private Message lie(Message query) {
    Message reply = answer(query);
    for (Record r : List.copyOf(reply.getSection(Section.ANSWER))) {
      for (Name other : records.keySet()) {
        if (!other.equals(r.getName())) {
          Record moved =
              Record.newRecord(other, r.getType(), DClass.IN, 9999, r.rdataToWireCanonical());
          reply.addRecord(moved, Section.ANSWER);
          reply.addRecord(moved, Section.ADDITIONAL);
        }
      }
    }
    return reply;
  }

  private Message answer(Message query) {
    Message reply = plain(query);
    OPTRecord opt = query.getOPT();
    boolean wanted = opt != null && (opt.getFlags() & ExtendedFlags.DO) != 0;
    if (signing && !stripping && wanted) {
      signer.complete(reply, query.getQuestion().getName(), query.getQuestion().getType());
    }
    return reply;
  }

  private Message plain(Message query) {
    Message reply = empty(query);
    reply.getHeader().setFlag(Flags.RA);
    int type = query.getQuestion().getType();
    Name at = query.getQuestion().getName();
    Set<Name> passed = new HashSet<>();
    while (passed.add(at) && passed.size() <= LAST_CNAME) {
      List<Record> here = at(at);
      List<Record> found = here.stream().filter(r -> r.getType() == type).toList();
      found.forEach(r -> reply.addRecord(r, Section.ANSWER));
      if (!found.isEmpty()) {
        return reply;
      }
      Record alias = here.stream().filter(r -> r.getType() == Type.CNAME).findAny().orElse(null);
      if (alias == null) {
        alias = redirected(at, reply);
      }
      if (alias == null) {
        if (here.isEmpty() && !exists(at)) {
          reply.getHeader().setRcode(Rcode.NXDOMAIN);
        }
        reply.addRecord(soa(at, type), Section.AUTHORITY);
        return reply;
      }
      reply.addRecord(alias, Section.ANSWER);
      at = ((CNAMERecord) alias).getTarget();
    }
    return reply;
  }

  /// The CNAME that a DNAME above a name makes of it (RFC 6672 §3.1). Null if there is none.
  private Record redirected(Name name, Message reply) {
    for (int cut = 1; cut < name.labels(); cut++) {
      for (Record r : records.getOrDefault(new Name(name, cut), List.of())) {
        if (r instanceof DNAMERecord d) {
          try {
            reply.addRecord(d, Section.ANSWER);
            return new CNAMERecord(name, DClass.IN, d.getTTL(), name.fromDNAME(d));
          } catch (NameTooLongException e) {
            throw new IllegalStateException(e);
          }
        }
      }
    }
    return null;
  }

  /// Records of a name, or of the wildcard that covers it (RFC 4592).
  private List<Record> at(Name name) {
    if (exists(name)) {
      return records.getOrDefault(name, List.of());
    }
    for (int cut = 1; cut < name.labels(); cut++) {
      List<Record> wild = records.get(name.wild(cut));
      if (wild != null) {
        List<Record> owned = new ArrayList<>();
        for (Record r : wild) {
          owned.add(
              Record.newRecord(name, r.getType(), DClass.IN, r.getTTL(), r.rdataToWireCanonical()));
        }
        return owned;
      }
    }
    return List.of();
  }

  private boolean exists(Name name) {
    return records.keySet().stream().anyMatch(n -> n.subdomain(name));
  }

  /// Of the zone that answers; a DS is the zone's above.
  private Record soa(Name name, int type) {
    int from = type == Type.DS && !name.equals(Name.root) ? 1 : 0;
    for (int cut = from; cut <= name.labels() - 1; cut++) {
      for (Record r : records.getOrDefault(new Name(name, cut), List.of())) {
        if (r instanceof SOARecord) {
          return r;
        }
      }
    }
    return new SOARecord(Name.root, DClass.IN, 60, INVENTED, INVENTED, 1, 600, 600, 600, 60);
  }

  @Override
  public void close() {
    release();
    udp.close();
    try {
      tcp.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void main(String[] arguments) throws IOException {
    boolean sign = arguments.length == 4 && arguments[2].equals("--sign");
    if (arguments.length != 2 && !sign) {
      System.err.println("usage: ZoneServer [ADDRESS:]PORT ZONEFILE [--sign ANCHORFILE]");
      System.exit(2);
    }
    int colon = arguments[0].indexOf(':');
    int port = Integer.parseInt(arguments[0].substring(colon + 1));
    String at = colon < 0 ? "127.0.0.1" : arguments[0].substring(0, colon);
    var server = new ZoneServer(at, port);
    String text = Files.readString(Path.of(arguments[1]));
    server.zone(text);
    if (sign) {
      server.sign();
      text.lines()
          .filter(line -> line.startsWith(";- "))
          .forEach(line -> server.unsign(line.substring(3).trim()));
      Files.writeString(Path.of(arguments[3]), server.trustAnchor());
    }
    System.out.println("dns " + server.address());
    System.out.println("READY");
    try {
      new CountDownLatch(1).await(); // until it is killed
    } catch (InterruptedException e) {
      server.close();
    }
  }
}
