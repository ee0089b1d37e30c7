package org.posthorn.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.directory.DirectoryException.Reason.BAD_TARGET;
import static org.posthorn.directory.DirectoryException.Reason.INVALID;
import static org.posthorn.directory.TestDirectory.refused;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.AccountId;

class ResolutionTest {
  final TestDirectory t = new TestDirectory();
  final Directory d = t.directory;

  @AfterEach
  void close() {
    t.close();
  }

  @Test
  void anAccountIsFoundInAnyCase() {
    AccountId ana = t.account("Ana.Lia@example.test");
    assertThat(t.resolve("aNA.lIA@EXAMPLE.test"))
        .isEqualTo(
            new Resolution.Found(
                List.of(new Target(ana, EmailAddress.parse("Ana.Lia@example.test"), "")),
                List.of()));
    assertThat(t.readers("bo@example.test")).containsExactly("nobody");
    assertThat(t.readers("ana.lia@example.org")).containsExactly("not ours");
  }

  @Test
  void composedAndDecomposedAreOneName() {
    t.account("zoe\u0308@example.test");
    assertThat(t.readers("ZO\u00cb@example.test")).containsExactly("zoe\u0308@example.test");
  }

  @Test
  void quotedAndPlainAreOneName() {
    t.account("\"ana lia\"@example.test");
    t.account("bo@example.test");
    assertThat(t.readers("\"ana\\ lia\"@example.test")).containsExactly("\"ana lia\"@example.test");
    assertThat(t.readers("\"bo\"@example.test")).containsExactly("bo@example.test");
  }

  @Test
  void domainsAreALabels() {
    d.addDomain("B\u00fccher.Example");
    assertThat(d.domains()).containsExactly("xn--bcher-kva.example");
    t.account("ana@b\u00fccher.example");
    assertThat(t.readers("ana@XN--BCHER-KVA.example")).containsExactly("ana@xn--bcher-kva.example");
    assertThat(d.isOurs("b\u00dccher.example")).isTrue();
    assertThat(d.isOurs("xn--bcher-kva.example")).isTrue();
    assertThat(d.isOurs("example")).isFalse();
    assertThat(d.isOurs("[192.0.2.1]")).isFalse();
    assertThat(d.isOurs("")).isFalse();
  }

  @Test
  void subAddresses() {
    t.account("ana@example.test");
    t.account("ana+work@example.test");
    assertThat(t.readers("ana+Shop@example.test")).containsExactly("ana@example.test|Shop");
    assertThat(t.readers("ana+@example.test")).containsExactly("ana@example.test");
    assertThat(t.readers("ana+work@example.test")).containsExactly("ana+work@example.test");
    // The longest name wins: what is behind is its detail, not ana's.
    assertThat(t.readers("ana+work+x@example.test")).containsExactly("ana+work@example.test|x");
    assertThat(t.readers("ana+a+b@example.test")).containsExactly("ana@example.test|a+b");
    assertThat(t.readers("+ana@example.test")).containsExactly("nobody");
    String many = "+a".repeat(60);
    assertThat(t.readers("ana" + many + "@example.test"))
        .containsExactly("ana@example.test|" + many.substring(1));
  }

  @Test
  void anAliasOfSeveral() {
    t.account("ana@example.test");
    t.account("bo@example.test");
    d.addAlias("Team@example.test", List.of("ana@example.test", "bo+team@example.test"));
    assertThat(t.readers("team@example.test"))
        .containsExactly("ana@example.test", "bo@example.test|team");
    // A detail of the alias goes to who has none of his own.
    assertThat(t.readers("team+x@example.test"))
        .containsExactly("ana@example.test|x", "bo@example.test|team");
    assertThat(d.aliases())
        .containsExactly(
            new Alias(
                "Team@example.test",
                List.of(
                    EmailAddress.parse("ana@example.test"),
                    EmailAddress.parse("bo+team@example.test"))));
    d.addAlias("team@example.test", List.of("bo@example.test"));
    assertThat(t.readers("team@example.test")).containsExactly("bo@example.test");
    d.removeAlias("TEAM@example.test");
    assertThat(t.readers("team@example.test")).containsExactly("nobody");
  }

  @Test
  void manyWaysToOneAccountAreOneTarget() {
    t.account("ana@example.test");
    d.addDomain("example.org");
    d.addAlias("one@example.test", List.of("ana@example.test"));
    d.addAlias("two@example.org", List.of("ana+two@example.test", "one@example.test"));
    d.addAlias("all@example.test", List.of("one@example.test", "two@example.org"));
    assertThat(t.readers("all@example.test")).containsExactly("ana@example.test");
  }

  @Test
  void anAliasLeadsToSomebody() {
    t.account("ana@example.test");
    refused(INVALID, () -> d.addAlias("a@example.test", List.of("x@[192.0.2.1]")));
    refused(BAD_TARGET, () -> d.addAlias("a@example.test", List.of("x@example.test")));
    refused(BAD_TARGET, () -> d.addAlias("a@example.test", List.of("a@example.test")));
    refused(BAD_TARGET, () -> d.addAlias("a@example.test", List.of()));
    d.addAlias("a@example.test", List.of("ana@example.test"));
    d.addAlias("b@example.test", List.of("a@example.test"));
    refused(BAD_TARGET, () -> d.addAlias("a@example.test", List.of("b@example.test")));
    refused(BAD_TARGET, () -> d.addAlias("a@example.test", List.of("a+x@example.test")));
    assertThat(t.readers("b@example.test")).containsExactly("ana@example.test");
  }

  @Test
  void aLoopEnds() {
    t.account("ana@example.test");
    d.addAlias("a@example.test", List.of("ana@example.test"));
    d.addAlias("b@example.test", List.of("a@example.test", "ana@example.test"));
    d.addAlias("a@example.test", List.of("b@example.test", "ana@example.test"));
    assertThat(t.readers("a@example.test")).containsExactly("ana@example.test");
    assertThat(t.readers("b@example.test")).containsExactly("ana@example.test");
  }

  @Test
  void aChainHasALimit() {
    t.account("ana@example.test");
    String last = "ana@example.test";
    for (int i = 1; i <= Walk.DEPTH_MAX; i++) {
      d.addAlias("a" + i + "@example.test", List.of(last));
      last = "a" + i + "@example.test";
    }
    assertThat(t.readers(last)).containsExactly("ana@example.test");
    String tooFar = last;
    refused(BAD_TARGET, () -> d.addAlias("b@example.test", List.of(tooFar)));
    // Made longer from within, it is cut and ends.
    d.addAlias("c@example.test", List.of("ana@example.test"));
    d.addAlias("a1@example.test", List.of("c@example.test"));
    assertThat(t.readers(last)).containsExactly("tangled");
    assertThat(d.counters().aliasesCut.sum()).isPositive();
    assertThat(d.check()).hasSize(1).first().asString().contains("a10@example.test");
    d.addAlias("a1@example.test", List.of("ana@example.test"));
  }

  @Test
  void anAddressEndsAtSoManyAccounts() {
    d.addDomain("example.test");
    List<String> halves = List.of("x@example.test", "y@example.test", "z@example.test");
    int n = 0;
    for (String half : halves) {
      List<String> some = new java.util.ArrayList<>();
      for (int i = 0; i < 400; i++) {
        String a = "u" + n++ + "@example.test";
        d.addAccountWithoutPassword(EmailAddress.parse(a));
        some.add(a);
      }
      d.addAlias(half, some);
    }
    assertThat(t.readers("x@example.test")).hasSize(400);
    d.addAlias("most@example.test", halves.subList(0, 2));
    assertThat(t.readers("most@example.test")).hasSize(800);
    refused(
        BAD_TARGET,
        () -> d.addAlias("a@example.test", List.of("most@example.test", "w@example.test")));
    d.addAlias("all@example.test", halves);
    // Rather nobody than some, while it is like that.
    assertThat(t.readers("all@example.test")).containsExactly("tangled");
    d.removeAlias("all@example.test");
  }

  @Test
  void aCatchAllTakesWhatIsNothingElse() {
    t.account("ana@example.test");
    t.account("bo@example.test");
    d.addAlias("@example.test", List.of("bo@example.test"));
    assertThat(t.readers("anything+x@example.test")).containsExactly("bo@example.test");
    assertThat(t.readers("ana+x@example.test")).containsExactly("ana@example.test|x");
    assertThat(d.aliases()).extracting(Alias::name).containsExactly("@example.test");
    d.addDomain("example.org");
    assertThat(t.readers("anything@example.org")).containsExactly("nobody");
    // It cannot lead to itself.
    refused(BAD_TARGET, () -> d.addAlias("@example.test", List.of("typo@example.test")));
    d.removeAlias("@EXAMPLE.test");
    assertThat(t.readers("anything@example.test")).containsExactly("nobody");
  }

  @Test
  void mailForThePostmasterAlwaysFindsSomebody() {
    d.addDomain("empty.test");
    assertThat(t.readers("postmaster@empty.test")).containsExactly("nobody");
    assertThat(d.resolvePostmaster()).isEqualTo(new Resolution.NoSuchUser());
    t.account("zoe@first.test");
    t.account("ana@first.test");
    t.account("bo@second.test");
    // The oldest account of the domain, else of the installation.
    assertThat(t.readers("Postmaster@first.test")).containsExactly("zoe@first.test");
    assertThat(t.readers("postmaster+x@second.test")).containsExactly("bo@second.test");
    assertThat(t.readers("postmaster@empty.test")).containsExactly("zoe@first.test");
    // A catch-all was meant for it.
    d.addAlias("@first.test", List.of("ana@first.test"));
    assertThat(t.readers("postmaster@first.test")).containsExactly("ana@first.test");
    // The name itself goes first.
    d.addAlias("postmaster@first.test", List.of("bo@second.test"));
    assertThat(t.readers("postmaster@first.test")).containsExactly("bo@second.test");
    // When it leads nowhere any more, the rest is asked again.
    d.removeAccount("bo@second.test");
    assertThat(t.readers("postmaster@first.test")).containsExactly("ana@first.test");
    assertThat(t.readers("postmaster@second.test")).containsExactly("zoe@first.test");
    d.removeAlias("postmaster@first.test");
  }

  @Test
  void theConfiguredPostmaster() {
    EmailAddress bo = EmailAddress.parse("bo@example.test");
    try (TestDirectory t2 = new TestDirectory(TestDirectory.CHEAP.withPostmaster(bo))) {
      t2.account("ana@example.test");
      assertThat(t2.readers("postmaster@example.test")).containsExactly("ana@example.test");
      t2.account("bo@example.test");
      t2.directory.addAlias("@example.test", List.of("ana@example.test"));
      assertThat(t2.readers("postmaster@example.test")).containsExactly("bo@example.test");
      assertThat(t2.directory.resolvePostmaster())
          .isInstanceOfSatisfying(
              Resolution.Found.class,
              a -> assertThat(a.targets().getFirst().address()).isEqualTo(bo));
      t2.account("postmaster@example.test");
      assertThat(t2.readers("postmaster@example.test")).containsExactly("postmaster@example.test");
    }
  }

  @Test
  void whoMaySendAsWhom() {
    AccountId ana = t.account("ana@example.test");
    AccountId bo = t.account("bo@example.test");
    d.addAlias("info@example.test", List.of("ana@example.test"));
    d.addAlias("team@example.test", List.of("info@example.test", "bo@example.test"));
    d.addAlias("@example.test", List.of("ana@example.test"));
    for (String own :
        List.of(
            "ANA@example.test",
            "ana+x@example.test",
            "info@example.test",
            "team@example.test",
            "team+x@example.test")) {
      assertThat(t.owns(ana, own)).as(own).isTrue();
    }
    assertThat(t.owns(bo, "team@example.test")).isTrue();
    assertThat(t.owns(bo, "info@example.test")).isFalse();
    assertThat(t.owns(bo, "ana@example.test")).isFalse();
    assertThat(t.owns(ana, "nobody@example.test")).isFalse();
    assertThat(t.owns(ana, "postmaster@example.test")).isFalse();
    assertThat(t.owns(ana, "ana@elsewhere.test")).isFalse();
  }

  @Test
  void whatIsAskedAgainIsNotReadAgain() {
    t.account("ana@example.test");
    t.readers("ana@example.test");
    t.readers("nobody@example.test");
    long read = d.counters().namesRead.sum();
    for (int i = 0; i < 50; i++) {
      t.readers("ana@example.test");
      t.readers("nobody@example.test");
    }
    assertThat(d.counters().namesRead.sum()).isEqualTo(read);
    t.account("nobody@example.test");
    assertThat(t.readers("nobody@example.test")).containsExactly("nobody@example.test");
  }

  @Test
  void theCacheIsBounded() {
    NameCache cache = new NameCache();
    for (int i = 0; i < 100_000; i++) cache.put(1, "name" + i, null);
    assertThat(cache.size()).isEqualTo(20_000);
    assertThat(cache.get(1, "name99999").row()).isNull();
    assertThat(cache.get(1, "name0")).isNull();
  }
}
