package org.posthorn.dns;

import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/// Says of each answer whether it is signed by whom it should be (RFC 4035 §5), and keeps back what
/// is not. Any thread.
///
/// Of an answer that is a signed CNAME only that is handed on: what it leads to is asked for once
/// more and proven for itself.
final class Validator implements Upstream {
  private final Upstream upstream;
  private final Chain chain;
  private final SignatureWatch watch;

  Validator(Upstream upstream, Chain chain, SignatureWatch watch) {
    this.upstream = upstream;
    this.chain = chain;
    this.watch = watch;
  }

  @Override
  public Said ask(Question question, Work work) {
    boolean validate = watch.arrive(work);
    Said said = upstream.ask(question, work);
    return validate && said instanceof Said.Message m ? judge(question, m.message(), work) : said;
  }

  private Said judge(Question question, Message answer, Work work) {
    var records = answer.getSection(Section.ANSWER);
    SignedSet set = SignedSet.of(records, question.name(), question.type());
    if (!set.isEmpty()) {
      return positive(set, answer, work);
    }
    SignedSet alias = SignedSet.of(records, question.name(), Type.CNAME);
    if (alias.isEmpty()) {
      return negative(question, answer, work);
    }
    Said redirected = alias.signatures().isEmpty() ? redirected(alias, answer, work) : null;
    return redirected == null ? positive(alias, answer, work) : redirected;
  }

  private Said positive(SignedSet set, Message answer, Work work) {
    Name zone = chain.signer(set);
    if (zone == null) {
      return unsigned(chain.unsigned(set.name(), null, work), answer);
    }
    Trust trust = chain.of(zone, work);
    if (!(trust instanceof Trust.Keys keys)) {
      return notSigned(trust, zone, answer);
    }
    switch (Signatures.check(set, zone, keys.keys(), chain.now(), work)) {
      case Signatures.Checked.Bad(var text) -> {
        return bogus(text);
      }
      case Signatures.Checked.Good(int labels, long seconds) -> {
        if (labels == set.labels()) {
          return secure(set, answer, seconds);
        }
        Chain.Denied denied = chain.denial(answer, keys, work);
        return switch (denied.denial().noCloser(set.name(), labels)) {
          case PROVEN -> secure(set, answer, Math.min(seconds, denied.seconds()));
          case INSECURE -> Said.Message.unproven(answer);
          case UNPROVEN ->
              bogus(Names.shown(set.name()) + ": a wildcard where there may be something nearer");
        };
      }
    }
  }

  /// A CNAME that a server made of a DNAME is not signed; the DNAME is (RFC 6672 §5.3.1). Null if
  /// there is no such DNAME.
  private Said redirected(SignedSet alias, Message answer, Work work) {
    for (Record r : answer.getSection(Section.ANSWER)) {
      boolean fits =
          r instanceof DNAMERecord d
              && !d.getName().equals(alias.name())
              && leads(d, alias.name(), (CNAMERecord) alias.records().getFirst());
      if (!fits) {
        continue;
      }
      SignedSet set = SignedSet.of(answer.getSection(Section.ANSWER), r.getName(), Type.DNAME);
      Said said = positive(set, answer, work);
      return said instanceof Said.Message(var m, var security, long seconds)
              && security == Security.SECURE
          ? secure(alias, answer, seconds)
          : said;
    }
    return null;
  }

  private static boolean leads(DNAMERecord dname, Name name, CNAMERecord alias) {
    try {
      return name.subdomain(dname.getName()) && name.fromDNAME(dname).equals(alias.getTarget());
    } catch (NameTooLongException e) {
      return false;
    }
  }

  private Said negative(Question question, Message answer, Work work) {
    Name name = question.name();
    Name zone = chain.denier(name, answer);
    if (zone == null) {
      return unsigned(chain.unsigned(name, Chain.soa(answer), work), answer);
    }
    Trust trust = chain.of(zone, work);
    if (!(trust instanceof Trust.Keys keys)) {
      return notSigned(trust, zone, answer);
    }
    Chain.Denied denied = chain.denial(answer, keys, work);
    boolean exists = answer.getRcode() != Rcode.NXDOMAIN;
    Denial denial = denied.denial();
    return switch (exists ? denial.noData(name, question.type()) : denial.noName(name)) {
      case PROVEN -> {
        if (denial.compact(name)) {
          answer.getHeader().setRcode(Rcode.NXDOMAIN); // RFC 9824 §3.2
        }
        long seconds = Math.min(denied.seconds(), keys.seconds());
        yield new Said.Message(answer, Security.SECURE, seconds);
      }
      case INSECURE -> Said.Message.unproven(answer);
      case UNPROVEN ->
          bogus(
              Names.shown(name)
                  + (exists
                      ? ": nothing proves that it has no " + Type.string(question.type())
                      : ": nothing proves that it does not exist"));
    };
  }

  /// What it is if the zone that is said to have signed it has no keys.
  private static Said notSigned(Trust trust, Name zone, Message answer) {
    return trust instanceof Trust.Inside
        ? bogus(Names.shown(zone) + ": has signed, but is no zone")
        : unsigned(trust, answer);
  }

  private static Said unsigned(Trust trust, Message answer) {
    return switch (trust) {
      case Trust.Insecure i -> Said.Message.unproven(answer);
      case Trust.Bogus b -> bogus(b.text());
      case Trust.Unknown u -> new Said.Nothing(u.reason(), u.text());
      case Trust.Keys k -> throw new IllegalStateException("a signed zone");
      case Trust.Inside i -> throw new IllegalStateException("part of a zone");
    };
  }

  /// Nothing of the answer but the set.
  private static Said secure(SignedSet set, Message answer, long seconds) {
    var proven = new Message(answer.getHeader().getID());
    Header header = answer.getHeader();
    for (int flag = 0; flag < 16; flag++) {
      if (Flags.isFlag(flag) && header.getFlag(flag)) {
        proven.getHeader().setFlag(flag);
      }
    }
    proven.addRecord(answer.getQuestion(), Section.QUESTION);
    set.records().forEach(r -> proven.addRecord(r, Section.ANSWER));
    return new Said.Message(proven, Security.SECURE, seconds);
  }

  private static Said bogus(String text) {
    return new Said.Nothing(Answer.Reason.BOGUS, text);
  }
}
