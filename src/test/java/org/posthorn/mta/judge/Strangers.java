package org.posthorn.mta.judge;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.send.DomainPattern;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.trust.ReverseName;
import org.posthorn.trust.arc.ArcResult;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.dmarc.DmarcResult;
import org.posthorn.trust.list.ListHit;
import org.posthorn.trust.spf.SpfResult;

/// Facts about mail of strangers, said in words as in a rule: `from=a@b.c`, `spf=pass`,
/// `dkim=pass:b.c`.
final class Strangers {
  private final List<EmailAddress> authors = new ArrayList<>();
  private String disguise = "";
  private String sender = "eve@evil.test";
  private SpfResult spf;
  private final List<DkimResult> dkim = new ArrayList<>();
  private DmarcResult.Code dmarc;
  private DmarcResult.Policy asked = DmarcResult.Policy.NONE;
  private ArcResult arc;
  private ReverseName reverse;
  private final List<ListHit> hits = new ArrayList<>();
  private final List<Opinion> opinions = new ArrayList<>();
  private Standing standing = Standing.STRANGER;
  private double spam = Double.NaN;

  private Strangers() {}

  static Strangers of(String words) {
    var all = new Strangers();
    for (String word : words.strip().split("\\s+")) {
      String[] parts = (word + "=").split("=", 3);
      all.say(parts[0], parts[1]);
    }
    return all;
  }

  private void say(String name, String value) {
    String[] v = (value + "::").split(":", -1);
    String word = v[0].toUpperCase();
    switch (name) {
      case "" -> {}
      case "from" -> authors.add(EmailAddress.parse(value));
      case "sender" -> sender = value;
      case "shown" -> disguise = "the name shows " + value;
      case "spf" -> spf = spf(SpfResult.Code.valueOf(word), v[1]);
      case "dkim" -> dkim.add(signature(DkimResult.Code.valueOf(word), v[1], v[2]));
      case "dmarc" -> dmarc = DmarcResult.Code.valueOf(word);
      case "policy" -> asked = DmarcResult.Policy.valueOf(word);
      case "arc" -> arc = chain(word, v[1], v[2]);
      case "reverse" ->
          reverse = new ReverseName(ReverseName.Code.valueOf(word), "", "it has no name");
      case "listed" -> hits.add(hit(ListHit.Kind.BLOCK, v[0]));
      case "welcome" -> hits.add(hit(ListHit.Kind.WELCOME, v[0]));
      case "outside" ->
          opinions.add(new Opinion(v[0], Verdict.Action.valueOf(v[1].toUpperCase()), "score 15"));
      case "known" -> standing = new Standing(Standing.Code.valueOf(word), "known as " + v[0]);
      case "spam" -> spam = Integer.parseInt(value) / 100.0;
      default -> throw new IllegalArgumentException(name);
    }
  }

  private SpfResult spf(SpfResult.Code code, String named) {
    String domain = named.isEmpty() ? sender.substring(sender.indexOf('@') + 1) : named;
    String why = "the record says " + code.word();
    return new SpfResult(code, SpfResult.Identity.MAIL_FROM, domain, "", why);
  }

  private static DkimResult signature(DkimResult.Code code, String domain, String testing) {
    return new DkimResult(
        code,
        domain,
        "s",
        "@" + domain,
        "rsa-sha256",
        "abcdefgh",
        testing.equals("testing"),
        "the signature is " + code.word());
  }

  private static ArcResult chain(String word, String sealer, String domain) {
    String said = sealer + "; dmarc=pass header.from=" + domain;
    boolean unsure = word.equals("UNSURE");
    ArcResult.Code code = unsure ? ArcResult.Code.FAIL : ArcResult.Code.valueOf(word);
    return new ArcResult(code, List.of(sealer), List.of(said), 0, unsure, "one set");
  }

  private static ListHit hit(ListHit.Kind kind, String list) {
    return new ListHit(list, kind, "192.0.2.1", "127.0.0.2", "seen sending spam");
  }

  Facts facts() {
    var mail = new Sender(path(), 0, Body.SEVEN_BIT);
    return new Facts(client(), mail, reverse, spf, dkim, result(), arc, hits, opinions);
  }

  private ReversePath path() {
    return sender.equals("<>") ? ReversePath.NULL : new ReversePath(EmailAddress.parse(sender));
  }

  private DmarcResult result() {
    String domain = authors.size() == 1 ? authors.getFirst().domain() : "";
    return dmarc == null
        ? null
        : new DmarcResult(
            dmarc, domain, domain, asked, asked, false, false, "neither SPF nor DKIM fits");
  }

  private static Client client() {
    try {
      var remote = new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 4711);
      var local = new InetSocketAddress(InetAddress.getByName("192.0.2.2"), 25);
      var endpoint = new Client.Endpoint(remote, local, false, false, false, 0);
      return new Client("c1", endpoint, "host.evil.test", true, null, null);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  /// As a judge who owns `foo.com` and trusts `lists.test` as a sealer sees it.
  Case asCase() {
    Facts facts = facts();
    String domain = authors.isEmpty() ? "" : authors.getFirst().domain();
    Sealed.Code sealed =
        Sealed.vouches(facts.arc(), domain, List.of(DomainPattern.parse("lists.test")));
    Predicate<String> ours = d -> RuleJudge.isWithin(d, "foo.com"::equals);
    Forgery forgery = Forgery.of(facts, authors, ours);
    var likeness = new Likeness(spam, List.of());
    return new Case(facts, authors, false, forgery, disguise, sealed, standing, likeness);
  }
}
