package org.posthorn.trust.arc;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.dns.Resolver;
import org.posthorn.trust.arc.ArcResult.Code;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.dkim.FieldSignature;
import org.posthorn.trust.dkim.HeaderField;
import org.posthorn.trust.dkim.Keys;
import org.posthorn.trust.dkim.SignedMessage;
import org.posthorn.trust.dkim.TagList;

/// Checks the chain of those who sent a message on (RFC 8617 §5.2).
public final class ArcVerifier {
  private ArcVerifier() {}

  /// Waits for name servers as long as the resolver does, for all keys together. Never throws for
  /// what the message says. That nobody could tell a key is a failure, too (§5.2.1).
  public static ArcResult verify(SignedMessage message, Resolver resolver, Instant now) {
    ArcSet.Chain chain = ArcSet.chain(message);
    if (chain.isEmpty()) {
      return new ArcResult(Code.NONE, List.of(), List.of(), "no chain");
    }
    return new ArcCheck(message, chain.sets(), new Keys(resolver), now).result(chain.flaw());
  }

  /// One message.
  private record ArcCheck(SignedMessage message, List<ArcSet> sets, Keys keys, Instant now) {

    ArcResult result(String flaw) {
      if (!flaw.isEmpty()) {
        return failed(flaw);
      }
      if (!message.complete()) {
        return failed(message.flaw());
      }
      String structure = structure();
      if (!structure.isEmpty()) {
        return failed(structure);
      }
      List<FieldSignature> needed = new ArrayList<>();
      sets.forEach(s -> needed.add(s.seal()));
      needed.add(sets.getLast().message());
      FieldSignature.ask(keys, needed);
      DkimResult newest = sets.getLast().message().check(message, keys, now);
      if (newest.code() != DkimResult.Code.PASS) {
        return failed("signature " + sets.size() + " of the message: ", newest);
      }
      for (int i = sets.size(); i > 0; i--) {
        DkimResult seal = sets.get(i - 1).seal().check(before(i), keys);
        if (seal.code() != DkimResult.Code.PASS) {
          return failed("seal " + i + ": ", seal);
        }
      }
      String last = sets.getLast().seal().domain();
      String reason = sets.size() + (sets.size() == 1 ? " set" : " sets") + ", the last of " + last;
      return new ArcResult(Code.PASS, sealers(), results(), oldestPass(), false, reason);
    }

    /// RFC 8617 §5.2, steps 2 and 3 C, and §4.1.3: a seal has no h=.
    private String structure() {
      for (int i = sets.size(); i > 0; i--) {
        TagList tags = sets.get(i - 1).seal().tags();
        String cv = tags.get("cv");
        if ("fail".equalsIgnoreCase(cv)) {
          return "sealer " + i + " found it broken (cv=fail)";
        }
        if (!(i == 1 ? "none" : "pass").equalsIgnoreCase(cv)) {
          return "seal " + i + " does not go on with the chain (cv=)";
        }
        if (tags.has("h")) {
          return "seal " + i + " has h=";
        }
      }
      return "";
    }

    /// The fields that seal `i` signs, but itself (RFC 8617 §5.1.1).
    private List<HeaderField> before(int i) {
      List<HeaderField> fields = new ArrayList<>();
      for (ArcSet s : sets.subList(0, i)) {
        fields.add(s.results());
        fields.add(s.message().field());
        fields.add(s.seal().field());
      }
      fields.removeLast();
      return fields;
    }

    /// RFC 8617 §5.2, step 5.
    private int oldestPass() {
      for (int i = sets.size() - 1; i > 0; i--) {
        DkimResult older = sets.get(i - 1).message().check(message, keys, now);
        if (older.code() != DkimResult.Code.PASS) {
          return i + 1;
        }
      }
      return 0;
    }

    private ArcResult failed(String what, DkimResult why) {
      boolean unsure = why.code() == DkimResult.Code.TEMPERROR;
      return new ArcResult(Code.FAIL, sealers(), results(), 0, unsure, what + why.reason());
    }

    private ArcResult failed(String reason) {
      return new ArcResult(Code.FAIL, sealers(), results(), reason);
    }

    private List<String> sealers() {
      return sets.stream().map(s -> s.seal().domain()).toList();
    }

    private List<String> results() {
      return sets.stream().map(ArcSet::resultsText).toList();
    }
  }
}
