package org.posthorn.trust.dmarc;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.posthorn.dns.Resolver;
import org.posthorn.mime.Address;
import org.posthorn.mime.AddressList;
import org.posthorn.mime.EmailAddress;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.dmarc.DmarcResult.Code;
import org.posthorn.trust.dmarc.DmarcResult.Policy;
import org.posthorn.trust.dmarc.TreeWalk.Place;
import org.posthorn.trust.dmarc.TreeWalk.Unanswered;
import org.posthorn.trust.spf.SpfResult;

/// Whether the domain in From stands for a message (RFC 9989). Any thread.
///
/// A message that has no author, or one without a domain, is an error. Several domains are looked
/// at one by one, and the result is that of the one which asks for the most (RFC 9989 §11.5).
public final class Dmarc {
  /// Domains in From.
  public static final int AUTHORS_MAX = 4;

  /// Domains of good signatures.
  private static final int SIGNERS_MAX = 10;

  private static final int HUNDRED = 100;

  private final Resolver dns;
  private final RandomGenerator random;
  private final LongSupplier nanos;

  /// @param random for records that want their policy for a part of the messages
  /// @param nanos monotonic, from an arbitrary origin
  public Dmarc(Resolver dns, RandomGenerator random, LongSupplier nanos) {
    this.dns = dns;
    this.random = random;
    this.nanos = nanos;
  }

  /// @param from values of all From fields
  /// @param spf of the reverse-path, or of HELO for the null one; null if it was not checked
  public DmarcFinding check(List<String> from, SpfResult spf, List<DkimResult> dkim) {
    Set<String> authors = new LinkedHashSet<>();
    for (String field : from) {
      for (Address.Mailbox mailbox : AddressList.mailboxes(field)) {
        String domain = domain(mailbox.domain());
        if (domain == null) return error("there is no domain in an address of From");
        authors.add(domain);
      }
    }
    if (authors.isEmpty()) return error("there is no address in From");
    if (authors.size() > AUTHORS_MAX) {
      return error("there are more than " + AUTHORS_MAX + " domains in From");
    }
    var walk = new TreeWalk(dns, nanos);
    DmarcFinding worst = null;
    for (String author : authors) {
      DmarcFinding finding = new Check(walk, author, spf, dkim).finding();
      worst = worst == null || weight(finding) > weight(worst) ? finding : worst;
    }
    return authors.size() == 1 ? worst : ofSeveral(worst);
  }

  /// Null if there can be no record.
  private static String domain(String written) {
    String bare = written.endsWith(".") ? written.substring(0, written.length() - 1) : written;
    String domain = EmailAddress.normalDomain(bare);
    return domain == null || domain.startsWith("[") ? null : domain;
  }

  private static DmarcFinding error(String reason) {
    var result =
        new DmarcResult(Code.PERMERROR, "", "", Policy.NONE, Policy.NONE, false, false, reason);
    return new DmarcFinding(result, null, "");
  }

  private static int weight(DmarcFinding finding) {
    return switch (finding.result().code()) {
      case PASS -> 0;
      case NONE -> 1;
      case PERMERROR -> 2;
      case TEMPERROR -> 3;
      case FAIL -> 4 + finding.result().asked().ordinal();
    };
  }

  private static DmarcFinding ofSeveral(DmarcFinding f) {
    DmarcResult r = f.result();
    String reason = "of several domains in From, " + r.domain() + ": " + r.reason();
    var result =
        new DmarcResult(
            r.code(),
            "",
            r.policyDomain(),
            r.published(),
            r.asked(),
            r.spfAligned(),
            r.dkimAligned(),
            reason);
    return new DmarcFinding(result, f.record(), f.organization());
  }

  /// Of one domain.
  private final class Check {
    private final TreeWalk walk;
    private final String author;
    private final SpfResult spf;
    private final List<DkimResult> dkim;

    /// Why it is not known of an identifier whether it fits.
    private String trouble;

    Check(TreeWalk walk, String author, SpfResult spf, List<DkimResult> dkim) {
      this.walk = walk;
      this.author = author;
      this.spf = spf;
      this.dkim = dkim;
    }

    DmarcFinding finding() {
      Place policy = null;
      try {
        DmarcRecord own = walk.own(author);
        policy = own == null ? walk.path(author).policy() : new Place(author, own);
        if (policy == null) {
          return finding(
              null, Code.NONE, Policy.NONE, author + " and those above it have no DMARC record");
        }
        if (!policy.record().usable()) {
          return finding(
              policy,
              Code.PERMERROR,
              Policy.NONE,
              "the DMARC record of " + policy.name() + " is wrong");
        }
        return judged(policy);
      } catch (Unanswered e) {
        return finding(policy, Code.TEMPERROR, Policy.NONE, e.getMessage());
      }
    }

    private DmarcFinding finding(Place policy, Code code, Policy published, String reason) {
      String name = policy == null ? "" : policy.name();
      var result =
          new DmarcResult(code, author, name, published, Policy.NONE, false, false, reason);
      return new DmarcFinding(result, policy == null ? null : policy.record(), "");
    }

    private DmarcFinding judged(Place place) throws Unanswered {
      DmarcRecord record = place.record();
      boolean spfAligned =
          spf != null
              && spf.code() == SpfResult.Code.PASS
              && isAligned(spf.domain(), record.strictSpf());
      String signer = alignedSigner(DkimResult.Code.PASS, record.strictDkim());
      boolean passed = spfAligned || signer != null;
      String unsure = passed ? null : unsure(record);
      Policy published = published(place);
      Policy asked = passed ? Policy.NONE : asked(record, published);
      var result =
          new DmarcResult(
              passed ? Code.PASS : unsure == null ? Code.FAIL : Code.TEMPERROR,
              author,
              place.name(),
              published,
              asked,
              spfAligned,
              signer != null,
              unsure == null ? reason(spfAligned, signer) : unsure);
      return new DmarcFinding(result, record, walk.organization(author));
    }

    private String reason(boolean spfAligned, String signer) {
      if (signer != null) return signer + " has signed it";
      return spfAligned
          ? spf.domain() + " lets this host send"
          : "neither a signature nor SPF stands for " + author;
    }

    /// What could stand for the message if the DNS had told about it; null if nothing could. A
    /// failure is for good, and mail must not be refused for good because a name server is down
    /// (RFC 7489 §6.6.2).
    private String unsure(DmarcRecord record) {
      if (spf != null
          && spf.code() == SpfResult.Code.TEMPERROR
          && isAligned(spf.domain(), record.strictSpf())) {
        return "SPF of " + spf.domain() + " could not be checked now";
      }
      String signer = alignedSigner(DkimResult.Code.TEMPERROR, record.strictDkim());
      return signer == null ? trouble : "a signature of " + signer + " could not be checked now";
    }

    private String alignedSigner(DkimResult.Code code, boolean strict) {
      Set<String> signers = new LinkedHashSet<>();
      for (DkimResult d : dkim) {
        if (d.code() == code) signers.add(d.domain());
      }
      List<String> each = new ArrayList<>(signers);
      if (signers.contains(author)) each.addFirst(author); // needs no question
      for (String signer : each.subList(0, Math.min(each.size(), SIGNERS_MAX))) {
        if (isAligned(signer, strict)) return signer;
      }
      return null;
    }

    /// RFC 9989 §4.4. What the DNS does not tell about one identifier says nothing of the others.
    private boolean isAligned(String identifier, boolean strict) {
      if (identifier.equals(author)) return true;
      if (strict || identifier.isEmpty()) return false;
      try {
        // Without a common end there is no common organization.
        return endsAlike(identifier)
            && walk.path(identifier).organization().equals(walk.path(author).organization());
      } catch (Unanswered e) {
        trouble = e.getMessage();
        return false;
      }
    }

    private boolean endsAlike(String identifier) {
      return last(identifier).equals(last(author));
    }

    private static String last(String domain) {
      return domain.substring(domain.lastIndexOf('.') + 1);
    }

    /// RFC 9989 §4.10.1.
    private Policy published(Place place) throws Unanswered {
      DmarcRecord record = place.record();
      if (place.name().equals(author)) return record.policy();
      Policy existing = record.subdomains() == null ? record.policy() : record.subdomains();
      boolean same = record.missing() == null || record.missing() == existing;
      return same || walk.exists(author) ? existing : record.missing();
    }

    /// RFC 9989 §4.7, `t`. A record that does not know that tag may have the one before, `pct`,
    /// which does the same for a part of the messages (RFC 7489 §6.6.4, RFC 9989 A.6).
    private Policy asked(DmarcRecord record, Policy published) {
      boolean softer =
          record.testing() == null
              ? record.percent() < HUNDRED && random.nextInt(HUNDRED) >= record.percent()
              : record.testing();
      if (!softer) return published;
      return published == Policy.REJECT ? Policy.QUARANTINE : Policy.NONE;
    }
  }
}
