package org.posthorn.dns;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TLSARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/// Asks name servers, and remembers what they said as long as it holds.
///
/// Of an answer with more records than anybody needs, the first are kept, of MX those with the
/// smallest preference. A name that cannot exist is not asked for: it does not exist.
public final class DnsResolver implements Resolver {
  private static final int MX_MAX = 100;
  private static final int ADDRESSES_MAX = 50;
  private static final int NAMES_MAX = 20;
  private static final int TEXTS_MAX = 100;
  private static final int TLSA_MAX = 50;
  private static final int SRV_MAX = 50;

  /// Questions that wait for a name server. More wait for their turn, within their time.
  private static final int QUESTIONS_MAX = 256;

  private static final long CACHE_OCTETS = 16L << 20;

  /// What an entry of the cache takes besides its records, and each record besides its octets.
  private static final int ENTRY_OCTETS = 400;

  private static final int RECORD_OCTETS = 100;

  /// Bounds of what a TTL may say, in seconds.
  private static final long POSITIVE_MIN = 5;

  private static final long POSITIVE_MAX = Duration.ofDays(1).toSeconds();
  private static final long NEGATIVE_MIN = 5;
  private static final long NEGATIVE_MAX = Duration.ofHours(1).toSeconds(); // RFC 2308 §5

  /// RFC 9520 §3.2 wants at least one second. What failed is asked again in minutes in any case.
  private static final long FAILURE = 5;

  private final Upstream upstream;
  private final SignatureWatch watch; // null if nothing is validated
  private final long total;
  private final LongSupplier nanos;
  private final AnswerCache cache;
  private final Semaphore turns = new Semaphore(QUESTIONS_MAX);
  private final Map<Question, CompletableFuture<Answer<?>>> asked = new ConcurrentHashMap<>();

  /// @param nanos monotonic, from an arbitrary origin
  /// @param clock by which signatures are valid
  public DnsResolver(DnsConfig config, LongSupplier nanos, InstantSource clock) {
    this(
        nameServers(config, nanos),
        config.validation(),
        config.total(),
        nanos,
        clock,
        CACHE_OCTETS);
  }

  /// Validating nothing.
  ///
  /// @throws IllegalArgumentException if the configuration wants to
  public DnsResolver(DnsConfig config, LongSupplier nanos) {
    this(config, nanos, () -> Instant.EPOCH);
    if (watch != null) {
      throw new IllegalArgumentException("validating takes a clock");
    }
  }

  /// @param validation null for none
  /// @param total time for everything that one call does
  DnsResolver(
      Upstream servers,
      DnsConfig.Validation validation,
      Duration total,
      LongSupplier nanos,
      InstantSource clock,
      long cacheOctets) {
    this.total = total.toNanos();
    this.nanos = nanos;
    this.cache = new AnswerCache(cacheOctets, nanos);
    if (validation == null) {
      this.upstream = servers;
      this.watch = null;
    } else {
      TrustAnchors anchors = validation.anchors();
      var trust = new TrustCache(nanos);
      var unsigned = PrivateNames.and(validation.unsigned());
      this.watch = new SignatureWatch(servers, anchors.first(), nanos);
      this.upstream =
          new Validator(servers, new Chain(servers, anchors, unsigned, clock, trust), watch);
    }
  }

  static Upstream nameServers(DnsConfig config, LongSupplier nanos) {
    Supplier<List<InetSocketAddress>> servers =
        config.servers().isEmpty() ? new SystemServers(nanos) : config::servers;
    return new NameServers(servers, config.patience(), config.validation() != null, nanos);
  }

  /// Finds out whether signatures arrive, before somebody asks for something. Waits for it.
  public void look() {
    if (watch != null) {
      watch.look(nanos.getAsLong() + total);
    }
  }

  @Override
  public Answer<Mx> mx(String domain) {
    return ask(Names.wire(domain), Type.MX, DnsResolver::mx);
  }

  @Override
  public Answer<Inet4Address> ipv4(String host) {
    return ask(
        Names.printable(host),
        Type.A,
        records ->
            first(records, ADDRESSES_MAX, r -> (Inet4Address) bare(((ARecord) r).getAddress())));
  }

  @Override
  public Answer<Inet6Address> ipv6(String host) {
    return ask(
        Names.printable(host),
        Type.AAAA,
        records -> first(records, ADDRESSES_MAX, DnsResolver::ipv6));
  }

  @Override
  public Answer<String> names(InetAddress address) {
    return ask(
        ReverseMap.fromAddress(address),
        Type.PTR,
        records -> first(records, NAMES_MAX, r -> host(((PTRRecord) r).getTarget())));
  }

  @Override
  public Answer<String> txt(String name) {
    return ask(
        Names.printable(name), Type.TXT, records -> first(records, TEXTS_MAX, DnsResolver::joined));
  }

  @Override
  public Answer<Tlsa> tlsa(String name) {
    return ask(Names.wire(name), Type.TLSA, records -> first(records, TLSA_MAX, DnsResolver::tlsa));
  }

  @Override
  public Answer<Srv> srv(String name) {
    return ask(Names.wire(name), Type.SRV, records -> first(records, SRV_MAX, DnsResolver::srv));
  }

  @Override
  public boolean validates() {
    return watch != null && watch.state() != SignatureWatch.State.MISSING;
  }

  private int era() {
    return watch == null ? 0 : watch.era();
  }

  private static List<Mx> mx(List<Record> records) {
    List<Mx> all = new ArrayList<>();
    for (Record r : records) {
      var mx = (MXRecord) r;
      String host = Names.text(mx.getTarget());
      if (host != null) {
        all.add(new Mx(mx.getPriority(), host));
      }
    }
    all.sort(Comparator.comparingInt(Mx::preference));
    return all.subList(0, Math.min(all.size(), MX_MAX));
  }

  /// Null for an IPv4 address in the form of an IPv6 one: no host is reached by it.
  private static Inet6Address ipv6(Record r) {
    return bare(((AAAARecord) r).getAddress()) instanceof Inet6Address address ? address : null;
  }

  /// Without the name that the library puts into it and that would stand in logs.
  private static InetAddress bare(InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new AssertionError("it was an address before", e);
    }
  }

  private static String host(Name name) {
    String text = Names.text(name);
    return text == null || text.isEmpty() ? null : text;
  }

  private static String joined(Record r) {
    var text = new StringBuilder();
    for (byte[] part : ((TXTRecord) r).getStringsAsByteArrays()) {
      text.append(new String(part, StandardCharsets.ISO_8859_1));
    }
    return text.toString();
  }

  /// Null for a host whose name cannot be written.
  private static Srv srv(Record r) {
    var srv = (SRVRecord) r;
    String host = Names.text(srv.getTarget());
    return host == null ? null : new Srv(srv.getPriority(), srv.getWeight(), srv.getPort(), host);
  }

  private static Tlsa tlsa(Record r) {
    var tlsa = (TLSARecord) r;
    return new Tlsa(
        tlsa.getCertificateUsage(),
        tlsa.getSelector(),
        tlsa.getMatchingType(),
        tlsa.getCertificateAssociationData());
  }

  private static <T> List<T> first(List<Record> records, int max, Function<Record, T> value) {
    return records.stream().map(value).filter(Objects::nonNull).limit(max).toList();
  }

  @SuppressWarnings("unchecked") // each type of question has one type of answer
  private <T> Answer<T> ask(Name name, int type, Function<List<Record>, List<T>> values) {
    if (name == null) {
      return new Answer.Absent<>(false, Security.INSECURE);
    }
    var question = new Question(name, type);
    Answer<?> known = cache.get(question, era());
    if (known == null) {
      var mine = new CompletableFuture<Answer<?>>();
      var others = asked.putIfAbsent(question, mine);
      known = others == null ? lead(question, values, mine) : await(others);
    }
    return (Answer<T>) known;
  }

  /// Asks for everybody who wants to know the same at the same time.
  private <T> Answer<T> lead(
      Question question,
      Function<List<Record>, List<T>> values,
      CompletableFuture<Answer<?>> promise) {
    Answer<T> answer = new Answer.Failed<>(Answer.Reason.TIMEOUT, "broken off");
    try {
      answer = lookUp(question, values);
      return answer;
    } finally {
      asked.remove(question, promise);
      promise.complete(answer);
    }
  }

  private Answer<?> await(CompletableFuture<Answer<?>> others) {
    try {
      return others.get(total, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Failed<>(Answer.Reason.TIMEOUT, "broken off");
    } catch (TimeoutException e) {
      return new Answer.Failed<>(Answer.Reason.TIMEOUT, "no answer in time");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private <T> Answer<T> lookUp(Question question, Function<List<Record>, List<T>> values) {
    long end = nanos.getAsLong() + total;
    int era = era();
    try {
      if (!turns.tryAcquire(total, TimeUnit.NANOSECONDS)) {
        return new Answer.Failed<>(Answer.Reason.TIMEOUT, "too many questions at a time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Failed<>(Answer.Reason.TIMEOUT, "broken off");
    }
    try {
      Lookup.Result result = new Lookup(upstream, question, new Work(end)).run();
      return remember(question, era, result, values);
    } finally {
      turns.release();
    }
  }

  private <T> Answer<T> remember(
      Question question, int era, Lookup.Result result, Function<List<Record>, List<T>> values) {
    Answer<T> answer;
    long seconds;
    long octets = ENTRY_OCTETS;
    switch (result) {
      case Lookup.Result.Records r -> {
        List<T> found = values.apply(r.records());
        answer = found(question, r, found);
        octets += octets(r.records());
        seconds = found.isEmpty() ? FAILURE : Math.clamp(r.ttl(), POSITIVE_MIN, POSITIVE_MAX);
      }
      case Lookup.Result.Nothing n -> {
        answer = new Answer.Absent<>(n.nameExists(), n.security());
        seconds = Math.clamp(n.ttl(), NEGATIVE_MIN, NEGATIVE_MAX);
      }
      case Lookup.Result.Failure f -> {
        answer = new Answer.Failed<>(f.reason(), f.text());
        seconds = FAILURE;
      }
    }
    if (!Thread.currentThread().isInterrupted()) {
      cache.put(question, answer, era, TimeUnit.SECONDS.toNanos(seconds), octets);
    }
    return answer;
  }

  /// Records that all say nothing usable are not the same as none: nobody must conclude from them
  /// that a domain has no mail servers.
  private static <T> Answer<T> found(Question question, Lookup.Result.Records r, List<T> values) {
    boolean asked = r.name().equals(question.name());
    String name = asked ? Names.escaped(r.name()) : Names.text(r.name());
    return values.isEmpty() || name == null
        ? new Answer.Failed<>(
            Answer.Reason.SERVER_FAILURE, "the answer holds nothing that can be used")
        : new Answer.Found<>(values, name, r.security());
  }

  private static long octets(List<Record> records) {
    long octets = 0;
    for (Record r : records) {
      octets += RECORD_OCTETS + r.rdataToWireCanonical().length;
    }
    return octets;
  }
}
