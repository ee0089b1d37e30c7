package org.posthorn.mta.gate;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.posthorn.mta.trace.Story;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Message;
import org.posthorn.trust.Lookup;
import org.posthorn.trust.ReverseName;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.list.DnsList;
import org.posthorn.trust.list.ListAnswer;
import org.posthorn.trust.list.ListHit;

/// A stranger's connection: what is being found out about its host since it began, and how it
/// behaves. What is not known [Gate#PATIENCE] after the begin stays unknown, and speaks for nobody
/// and against nobody.
public final class Visit implements org.posthorn.smtp.Visit {
  /// Commands refused for what they are, before each further refusal is held back.
  private static final int ERRORS_FREE = 3;

  private static final ReverseName NOT_IN_TIME =
      new ReverseName(ReverseName.Code.TEMPERROR, "", "no answer in time");

  /// A list that was asked about the host.
  private record Asked(DnsList list, Lookup<ListAnswer> answer) {}

  private final Gate gate;
  private final InetAddress address;
  private final Network host;
  private final long until;
  private final Lookup<ReverseName> reverse;
  private final List<Asked> asked = new ArrayList<>();
  private int errors;
  private Story told; // the last that was told everything

  Visit(Gate gate, Client client) {
    this.gate = gate;
    this.address = client.endpoint().remote().getAddress();
    this.host = Network.host(address);
    this.until = gate.nanos() + Gate.PATIENCE.toNanos();
    this.reverse = Lookup.start("reverse name", () -> gate.reverse(address), gate::nanos);
    for (DnsList list : gate.hostLists()) {
      asked.add(new Asked(list, Lookup.start("host list", () -> list.host(address), gate::nanos)));
    }
  }

  /// The visit of a client, or null for one that is no stranger, or not gated.
  public static Visit of(Client client) {
    return client.visit() instanceof Visit v ? v : null;
  }

  InetAddress address() {
    return address;
  }

  Network host() {
    return host;
  }

  /// The name of the host that leads back to it. Waits as long as there is time; what is not known
  /// by then is a temporary error.
  public ReverseName reverse() {
    return reverse(until);
  }

  ReverseName reverse(long deadline) {
    ReverseName name = reverse.await(Math.min(deadline, until));
    return name == null ? NOT_IN_TIME : name;
  }

  /// The lists that name the host. Waits as long as there is time.
  public List<ListHit> hits() {
    return hits(until);
  }

  /// The lists that name the host, and those that name a domain of its message. Waits as long as
  /// there is time, which begins anew for the domains.
  ///
  /// @param greeted the client as it is now, with its name
  /// @param dkim of the message's signatures
  public List<ListHit> hits(
      Client greeted, Sender sender, Message message, List<DkimResult> dkim, Story story) {
    if (gate.domainLists().isEmpty()) {
      return hits();
    }
    long begun = gate.nanos();
    List<ListHit> domains =
        gate.domainLists().lookup(NamedDomains.of(greeted, sender, message, dkim));
    Duration took = Duration.ofNanos(gate.nanos() - begun);
    for (ListHit h : domains) {
      story.checked("list", word(h), h.subject() + " by " + words(h), took);
    }
    if (domains.isEmpty()) {
      story.checked("list", "not-listed", "domains of the message", took);
    }
    List<ListHit> all = new ArrayList<>(hits());
    all.addAll(domains);
    return all;
  }

  private static String word(ListHit hit) {
    return hit.kind().name().toLowerCase(Locale.ROOT);
  }

  private static String words(ListHit hit) {
    return hit.list() + " " + hit.code() + (hit.text().isEmpty() ? "" : ": " + hit.text());
  }

  List<ListHit> hits(long deadline) {
    List<ListHit> hits = new ArrayList<>();
    for (Asked a : asked) {
      if (a.answer.await(Math.min(deadline, until)) instanceof ListAnswer.Listed l) {
        hits.add(l.hit());
      }
    }
    return hits;
  }

  /// A list that names the host, and whose word is enough to refuse it; null if there is none, or
  /// if another one speaks for the host.
  ListHit refusal() {
    ListHit worst = null;
    for (Asked a : asked) {
      if (!(a.answer.await(until) instanceof ListAnswer.Listed(ListHit hit))) {
        continue;
      }
      if (hit.kind() == ListHit.Kind.WELCOME) {
        return null;
      }
      if (worst == null && hit.kind() == ListHit.Kind.BLOCK && a.list.settings().refuses()) {
        worst = hit;
      }
    }
    return worst;
  }

  /// Tells a message's story what was found out about its host, once.
  void tell(Story story) {
    if (told == story) {
      return;
    }
    told = story;
    ReverseName name = reverse();
    String words = name.name().isEmpty() ? name.reason() : name.name();
    story.checked("iprev", name.code().word(), words, reverse.took());
    for (Asked a : asked) {
      String list = a.list.settings().name();
      switch (a.answer.await(until)) {
        case null -> story.checked("list", "none", list + ": no answer in time", a.answer.took());
        case ListAnswer.NoAnswer n ->
            story.checked("list", "none", list + ": " + n.reason(), a.answer.took());
        case ListAnswer.NotListed _ -> story.checked("list", "not-listed", list, a.answer.took());
        case ListAnswer.Listed(ListHit h) ->
            story.checked("list", word(h), words(h), a.answer.took());
      }
    }
  }

  @Override
  public Reply spokeEarly() {
    return gate.spokeEarly(this);
  }

  @Override
  public void erred() {
    if (++errors > ERRORS_FREE) {
      gate.misbehaves(this);
    }
  }

  @Override
  public void close() {
    // What was asked ends by itself.
  }
}
