package org.posthorn.mta.gate;

import static java.lang.System.Logger.Level.INFO;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Supplier;
import org.posthorn.dns.Resolver;
import org.posthorn.mta.gate.Sources.Kind;
import org.posthorn.mta.trace.Story;
import org.posthorn.net.ReservedNetworks;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Backend.Arrival;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.ReversePath;
import org.posthorn.store.Store;
import org.posthorn.trust.Lookup;
import org.posthorn.trust.ReverseName;
import org.posthorn.trust.list.DnsList;
import org.posthorn.trust.list.DomainLists;
import org.posthorn.trust.list.ListHit;
import org.posthorn.trust.list.ListSettings;
import org.posthorn.trust.spf.SpfResult;

/// What strangers on port 25 have to pass. Any thread; the methods that are told of a client are
/// called on the thread of its connection, and may take their time.
///
/// Life: made → [#prepare] reads what is known from earlier and tries the lists → serves, and
/// [#tidy] is called every few seconds → [#flush] at the end.
public final class Gate {
  /// For everything that is looked up about a host, from the begin of its connection.
  static final Duration PATIENCE = Duration.ofSeconds(5);

  /// For what has to be known before the greeting.
  private static final Duration GREETING_PATIENCE = Duration.ofSeconds(2);

  /// For all domains of a message.
  private static final Duration DOMAIN_PATIENCE = Duration.ofSeconds(5);

  /// How long a host is turned away after it has tried too many names.
  private static final Duration CLOSED = Duration.ofMinutes(15);

  /// How long a host whose mail was taken is greeted without looking.
  private static final Duration KNOWN = Duration.ofDays(1);

  /// Of the unknown recipients that are allowed, so many are answered at once: lists have dead
  /// members.
  private static final int PROMPT_SHARE = 5;

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  /// How often lists are tried whether they work, and how often those that do not.
  private static final Duration LISTS_AGAIN = Duration.ofHours(1);

  private static final Duration DEAD_LISTS_AGAIN = Duration.ofMinutes(5);

  private static final System.Logger LOG = System.getLogger("posthorn.mta");

  /// What the gate stands on.
  ///
  /// @param reverse the name of an address that leads back to it; bounded in time by itself
  /// @param clock wall time, for what outlives a restart
  /// @param pause lets time pass
  public record Means(
      Resolver resolver,
      Function<InetAddress, ReverseName> reverse,
      InstantSource clock,
      Ticker ticker,
      Tarpit.Pause pause) {}

  private final GateOptions options;
  private final String hostname;
  private final Means means;
  private final Counters counters = new Counters();
  private final Sources sources;
  private final Tarpit tarpit;
  private final Greylist greylist;
  private final List<DnsList> hostLists = new ArrayList<>();
  private final List<DnsList> lists = new ArrayList<>();
  private final DomainLists domainLists;
  private long listsTried; // guarded by this, as what follows
  private boolean allListsWork;
  private long swept;

  /// @param hostname our name
  public Gate(GateOptions options, String hostname, Store store, Means means) {
    this.options = options;
    this.hostname = hostname;
    this.means = means;
    this.sources = new Sources(means.ticker());
    this.tarpit = new Tarpit(options.tarpit(), means.pause(), counters);
    this.greylist = new Greylist(options.greylisting(), new GreylistRows(store), means.clock());
    for (ListSettings settings : options.lists()) {
      DnsList list = new DnsList(settings, means.resolver());
      lists.add(list);
      if (settings.of() == ListSettings.Of.HOSTS) {
        hostLists.add(list);
      }
    }
    this.domainLists = new DomainLists(lists, DOMAIN_PATIENCE, means.ticker()::nanos);
  }

  public Counters counters() {
    return counters;
  }

  /// Lists of domains, for whoever knows the domains of a message.
  public DomainLists domainLists() {
    return domainLists;
  }

  /// Networks, and greylisted ones with their domains, that are remembered.
  public int networks() {
    return sources.size();
  }

  public int greylisted() {
    return greylist.size();
  }

  long nanos() {
    return means.ticker().nanos();
  }

  ReverseName reverse(InetAddress address) {
    return means.reverse().apply(address);
  }

  List<DnsList> hostLists() {
    return hostLists;
  }

  // --- in the background

  /// Reads what is known from earlier, and tries the lists. Until then nobody is greylisted, and no
  /// list is asked.
  public void prepare() {
    greylist.load();
    tryLists();
  }

  /// Writes what has changed, and now and then forgets what is old and tries the lists.
  public void tidy() {
    boolean sweep;
    boolean retry;
    synchronized (this) {
      long now = nanos();
      sweep = now - swept > HOUR.toNanos();
      if (sweep) {
        swept = now;
      }
      Duration again = allListsWork ? LISTS_AGAIN : DEAD_LISTS_AGAIN;
      retry = now - listsTried > again.toNanos();
    }
    if (sweep) {
      greylist.sweep();
    }
    greylist.flush();
    if (retry) {
      tryLists();
    }
  }

  /// Writes what has changed. Waits for nobody but the disk.
  public void flush() {
    greylist.flush();
  }

  private void tryLists() {
    List<Lookup<Boolean>> tried = new ArrayList<>();
    for (DnsList list : lists) {
      tried.add(Lookup.start("list check", list::check, this::nanos));
    }
    boolean all = true;
    for (Lookup<Boolean> each : tried) {
      all &= Boolean.TRUE.equals(each.await(nanos() + MINUTE.toNanos()));
    }
    synchronized (this) {
      listsTried = nanos();
      allListsWork = all;
    }
  }

  // --- on the thread of a connection

  /// A connection is there.
  public Arrival arrived(Client client) {
    if (!strange(client.endpoint())) {
      return new Arrival.Welcome(org.posthorn.smtp.Visit.NONE);
    }
    InetAddress address = client.endpoint().remote().getAddress();
    Network host = Network.host(address);
    counters.visits.increment();
    if (sources.closed(host)) {
      counters.closed.increment();
      return refused("Your host has tried too many unknown recipients, come again later", "closed");
    }
    if (!within(address, Kind.CONNECTION, options.rates().connections())) {
      return refused("Too many connections from your network, come again in a minute", "rate");
    }
    Visit visit = new Visit(this, client);
    if (sources.known(host) || !doubtful(visit)) {
      return new Arrival.Welcome(visit);
    }
    counters.delayed.increment();
    return new Arrival.Patience(visit, options.greetingDelay());
  }

  private boolean strange(Client.Endpoint e) {
    if (e.lmtp() || e.mayRelay()) {
      return false;
    }
    boolean near = e.trusted() || ReservedNetworks.contains(e.remote().getAddress());
    return options.loopback() || !near;
  }

  private Arrival refused(String why, String reason) {
    LOG.log(INFO, "gate-connection-refused reason={0}", reason);
    return new Arrival.Refused(Reply.of(421, "4.7.0", hostname + " " + why));
  }

  /// Before the greeting, nothing is known but the address.
  private boolean doubtful(Visit visit) {
    long until = nanos() + GREETING_PATIENCE.toNanos();
    ReverseName name = visit.reverse(until);
    if (nameless(name) && options.names().noReverse() != Policy.IGNORE) {
      return true;
    }
    List<ListHit> hits = visit.hits(until);
    return !has(hits, ListHit.Kind.WELCOME)
        && (has(hits, ListHit.Kind.BLOCK) || has(hits, ListHit.Kind.WEAK));
  }

  /// Known to have no name that leads back.
  private static boolean nameless(ReverseName name) {
    return switch (name.code()) {
      case FAIL, PERMERROR -> true;
      case PASS, TEMPERROR -> false;
    };
  }

  private static boolean has(List<ListHit> hits, ListHit.Kind kind) {
    return hits.stream().anyMatch(h -> h.kind() == kind);
  }

  /// Whether host and network stay within what they may do in a minute.
  private boolean within(InetAddress address, Kind kind, int aMinute) {
    Rate rate = new Rate(aMinute, MINUTE);
    boolean within =
        sources.take(Network.host(address), kind, rate)
            && sources.take(Network.around(address), kind, rate.times(options.rates().network()));
    if (!within) {
      counters.rateLimited.increment();
    }
    return within;
  }

  Reply spokeEarly(Visit visit) {
    counters.earlyTalkers.increment();
    sources.unknow(visit.host());
    LOG.log(INFO, "gate-early-talker");
    return Reply.of(554, "5.5.1", hostname + " Protocol error: you spoke before the greeting");
  }

  void misbehaves(Visit visit) {
    sources.unknow(visit.host());
    tarpit.hold();
  }

  /// MAIL: null, or why the client may not begin a message now.
  public Reply message(Client client) {
    Visit visit = Visit.of(client);
    return visit == null || within(visit.address(), Kind.MESSAGE, options.rates().messages())
        ? null
        : Reply.of(450, "4.7.1", "Too many messages from your network, come again in a minute");
  }

  /// A message of the client was taken.
  public void taken(Client client) {
    Visit visit = Visit.of(client);
    if (visit != null
        && visit.reverse().code() == ReverseName.Code.PASS
        && !has(visit.hits(), ListHit.Kind.BLOCK)) {
      sources.known(visit.host(), KNOWN.toNanos());
    }
  }

  /// RCPT: what the client is told.
  ///
  /// @param decided what it would be told without the gate
  /// @param spf what SPF says of the reverse-path, asked for at need; may give null
  public Reply recipient(
      Client client,
      ReversePath from,
      Recipient to,
      Reply decided,
      Supplier<SpfResult> spf,
      Story story) {
    Visit visit = Visit.of(client);
    if (visit == null) {
      return decided;
    }
    if (!within(visit.address(), Kind.RECIPIENT, options.rates().recipients())) {
      return Reply.of(
          450, "4.7.1", "Too many recipients from your network, come again in a minute");
    }
    if (!decided.positive()) {
      return decided.code() == 550 ? unknown(visit, decided) : decided;
    }
    visit.tell(story);
    // RFC 5321 §4.5.1: who is refused by mistake must be able to say so.
    if (helps(to)) {
      return decided;
    }
    HelloName.Is hello =
        HelloName.look(client.hello(), hostname, client.endpoint().local().getAddress());
    Reply no = refusal(visit, client, hello);
    if (no == null) {
      no = greylisted(visit, hello, from, spf, story);
    }
    return no == null ? decided : no;
  }

  private static boolean helps(Recipient to) {
    if (to.path().isPostmaster()) {
      return true;
    }
    String name = to.path().address().localPart().toLowerCase(Locale.ROOT);
    return name.equals("postmaster") || name.equals("abuse");
  }

  private Reply unknown(Visit visit, Reply decided) {
    counters.unknownRecipients.increment();
    int allowed = options.unknownRecipients();
    int used = sources.use(visit.host(), Kind.UNKNOWN_RECIPIENT, new Rate(allowed, HOUR));
    if (used < 0) {
      sources.close(visit.host(), CLOSED.toNanos());
      LOG.log(INFO, "gate-closed reason={0}", "unknown recipients");
      return Reply.of(
          421,
          "4.7.1",
          hostname
              + " Too many unknown recipients, come again in "
              + CLOSED.toMinutes()
              + " minutes");
    }
    if (used > Math.max(1, allowed / PROMPT_SHARE)) {
      misbehaves(visit);
    }
    return decided;
  }

  private Reply refusal(Visit visit, Client client, HelloName.Is hello) {
    if (policy(hello) == Policy.REFUSE) {
      counters.helloRefused.increment();
      return Reply.of(
          550,
          "5.7.1",
          switch (hello) {
            case OURS -> "Your host said EHLO " + client.hello() + ", which is our name, not yours";
            case INVALID, BARE, FINE ->
                "Your host said EHLO " + client.hello() + ", which is no name of a host";
          });
    }
    ReverseName name = visit.reverse();
    if (nameless(name) && options.names().noReverse() == Policy.REFUSE) {
      counters.reverseRefused.increment();
      return Reply.of( // RFC 7372 §3.3
          550, "5.7.25", "The address " + literal(visit) + " has no name that leads back to it");
    }
    ListHit hit = visit.refusal();
    if (hit != null) {
      counters.listed.increment();
      String text = hit.text().isEmpty() ? "" : ": " + hit.text();
      return Reply.of(554, "5.7.1", literal(visit) + " is listed by " + hit.list() + text);
    }
    return null;
  }

  private static String literal(Visit visit) {
    return visit.address().getHostAddress();
  }

  private Policy policy(HelloName.Is hello) {
    GateOptions.Names names = options.names();
    return switch (hello) {
      case FINE -> Policy.IGNORE;
      case BARE -> names.bare();
      case INVALID -> names.invalid();
      case OURS -> names.ours();
    };
  }

  private Reply greylisted(
      Visit visit, HelloName.Is hello, ReversePath from, Supplier<SpfResult> spf, Story story) {
    String doubt = options.greylisting().enabled() ? doubt(visit, hello) : null;
    if (doubt == null) {
      return null;
    }
    Network network = Network.neighbours(visit.address());
    Greylist.Key key = Greylist.Key.of(network, from.isNull() ? "" : from.address().domain());
    long begun = nanos();
    if (!greylist.knows(key)
        && spf.get() instanceof SpfResult s
        && s.code() == SpfResult.Code.PASS) {
      return null;
    }
    Greylist.Answer answer = greylist.come(key);
    Duration took = Duration.ofNanos(nanos() - begun);
    return switch (answer) {
      case Greylist.Answer.Pass(boolean again) -> {
        if (again) {
          counters.greylistPassed.increment();
        }
        story.checked("greylist", "pass", "has come again; " + doubt, took);
        yield null;
      }
      case Greylist.Answer.Wait(Duration left) -> {
        counters.greylisted.increment();
        story.checked("greylist", "wait", doubt, took);
        long minutes = Math.max(1, left.plusSeconds(59).toMinutes());
        yield Reply.of(
            451,
            "4.7.1",
            "We do not know your host (" + doubt + "), please try again in " + minutes + " min");
      }
    };
  }

  /// Why the client is doubtful, or null if it is not.
  private String doubt(Visit visit, HelloName.Is hello) {
    List<ListHit> hits = visit.hits();
    if (has(hits, ListHit.Kind.WELCOME)) {
      return null;
    }
    ReverseName name = visit.reverse();
    if (nameless(name) && options.names().noReverse() != Policy.IGNORE) {
      return "its address has no name that leads back to it";
    }
    if (policy(hello) != Policy.IGNORE) {
      return "its EHLO is no full name";
    }
    for (ListHit hit : hits) {
      return "it is listed by " + hit.list();
    }
    return null;
  }
}
