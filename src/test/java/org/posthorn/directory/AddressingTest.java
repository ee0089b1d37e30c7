package org.posthorn.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.directory.DirectoryException.Reason.ALREADY_EXISTS;
import static org.posthorn.directory.DirectoryException.Reason.BAD_TARGET;
import static org.posthorn.directory.DirectoryException.Reason.INVALID;
import static org.posthorn.directory.DirectoryException.Reason.LIMIT;
import static org.posthorn.directory.DirectoryException.Reason.NOT_EMPTY;
import static org.posthorn.directory.DirectoryException.Reason.NO_SUCH_DOMAIN;
import static org.posthorn.directory.DirectoryException.Reason.NO_SUCH_NAME;
import static org.posthorn.directory.TestDirectory.refused;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.AccountId;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

/// What leads from one address to others, and how that mixes.
class AddressingTest {
  final MemoryKv kv = new MemoryKv();
  final TestDirectory t = new TestDirectory(TestDirectory.CHEAP, kv);
  final Directory d = t.directory;
  final Addressing a = d.addressing();
  boolean closed;

  @AfterEach
  void close() {
    if (!closed) t.close();
  }

  /// Another process over the same rows.
  private TestDirectory reopen() {
    t.close();
    closed = true;
    return new TestDirectory(TestDirectory.CHEAP, kv.reopen(Faults.NONE));
  }

  private void pass(Duration time) {
    t.test.millis.addAndGet(time.toMillis());
  }

  private static EmailAddress at(String text) {
    return EmailAddress.parse(text);
  }

  /// A place where everything is: what each address is, in the table below.
  private static void build(TestDirectory t) {
    Directory d = t.directory;
    Addressing a = d.addressing();
    for (String who : List.of("ana", "bo", "carl", "dora", "eva", "fred", "gone", "home")) {
      t.account(who + "@a.test");
    }
    d.addDomainAlias("b.test", "a.test");
    d.addDomain("dash.test");
    d.setSeparators("dash.test", "-=");
    t.account("ana@dash.test");
    d.addDomain("none.test");
    d.setSeparators("none.test", "");
    t.account("ana@none.test");
    d.addAlias("@none.test", List.of("ana@a.test"));
    d.addBackupDomain("backup.test", List.of("ana", "BO@backup.test"));
    d.addBackupDomain("any.test", null);
    d.addAlias("info@a.test", List.of("ana@a.test", "x@far.test"));
    d.addAlias("far@a.test", List.of("y@far.test"));
    d.addAlias("far2@a.test", List.of("far@a.test", "Y@far.test", "info@a.test"));
    d.addAlias("kept@a.test", List.of("ana@backup.test"));
    a.addGroup("all@a.test", List.of("ana@a.test", "bo+all@a.test", "z@far.test"), "ana@a.test");
    a.addGroup("more@a.test", List.of("all@a.test", "carl@a.test"), null);
    a.addForward("carl@a.test", List.of("c@far.test"), null);
    a.addForward("dora@a.test", List.of("dora@far.test", "bo@a.test"), true);
    a.addForward("eva@a.test", List.of("eva@a.test", "e@far.test"), null);
    a.addForward("home@a.test", List.of("gone@a.test"), null);
    a.move("fred@a.test", "fred@far.test", false);
    a.move("old@a.test", "new@far.test", false);
    a.move("older@a.test", "bo@a.test", true);
    a.move("oldest@a.test", "new@far.test", true);
    d.addAlias("tofred@a.test", List.of("ana@a.test"));
    a.addAlias("tofred@a.test", List.of("older@a.test"), null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // a domain with the names of another
        "ana@b.test                | ana@a.test",
        "ANA+x@b.test              | ana@a.test:x",
        "nobody@b.test             | nobody",
        "postmaster@b.test         | ana@a.test",
        // aliases that lead elsewhere; the last address of ours on the way is told
        "info@a.test               | ana@a.test, x@far.test via ALIAS info@a.test",
        "info+tag@b.test           | ana@a.test:tag, x@far.test via ALIAS info@a.test",
        "far@a.test                | y@far.test via ALIAS far@a.test",
        "far2@a.test               | ana@a.test, y@far.test via ALIAS far@a.test,"
            + " x@far.test via ALIAS info@a.test",
        "kept@a.test               | ana@backup.test via ALIAS kept@a.test",
        // groups
        "all@a.test                | ana@a.test, bo@a.test:all,"
            + " z@far.test via GROUP all@a.test owner ana@a.test",
        "more@a.test               | ana@a.test, bo@a.test:all,"
            + " z@far.test via GROUP all@a.test owner ana@a.test,"
            + " c@far.test via FORWARD carl@a.test",
        // forwards
        "carl+x@a.test             | c@far.test via FORWARD carl@a.test",
        "dora+x@a.test             | dora@a.test:x, bo@a.test,"
            + " dora@far.test via FORWARD dora@a.test",
        "eva@a.test                | eva@a.test, e@far.test via FORWARD eva@a.test",
        // users who have moved
        "fred+x@a.test             | 551 fred@far.test",
        "old@b.test                | 551 new@far.test",
        "older@a.test              | 251 bo@a.test, bo@a.test",
        "oldest@a.test             | 251 new@far.test, new@far.test via FORWARD oldest@a.test",
        "tofred@a.test             | bo@a.test",
        // separators
        "ana-x@dash.test           | ana@dash.test:x",
        "ana=x-y@dash.test         | ana@dash.test:x-y",
        "ana+x@dash.test           | nobody",
        "ana+x@none.test           | ana@a.test",
        "ana@none.test             | ana@none.test",
        // domains that others are for
        "ana@backup.test           | backup backup.test",
        "Bo+x@backup.test          | backup backup.test",
        "postmaster@backup.test    | backup backup.test",
        "nobody@backup.test        | nobody",
        "nobody@any.test           | backup any.test",
        "ana@far.test              | not ours",
      })
  void whereAnAddressLeads(String address, String expected) {
    build(t);
    assertThat(String.join(", ", t.readers(address)).replace('|', ':')).isEqualTo(expected);
    // And still so after a restart: it was not only in memory.
    try (TestDirectory again = reopen()) {
      assertThat(String.join(", ", again.readers(address)).replace('|', ':')).isEqualTo(expected);
    }
  }

  @Test
  void deliveredToSaysTheSubAddressAsItIsWritten() {
    t.account("ana@a.test");
    d.setSeparators("a.test", "-");
    d.addDomain("plus.test");
    d.addAlias("boss@plus.test", List.of("ana@a.test"));
    assertThat(deliveredTo("ana-x@a.test")).isEqualTo(at("ana-x@a.test"));
    assertThat(deliveredTo("ana@a.test")).isEqualTo(at("ana@a.test"));
    assertThat(deliveredTo("boss+x@plus.test")).isEqualTo(at("ana-x@a.test"));
  }

  private EmailAddress deliveredTo(String address) {
    return ((Resolution.Found) t.resolve(address)).targets().getFirst().deliveredTo();
  }

  // ---- aliases

  @Test
  void anAliasMayEnd() {
    t.account("ana@a.test");
    t.account("bo@a.test");
    d.addAlias("@a.test", List.of("bo@a.test"));
    Instant end = t.test.clock.instant().plus(Duration.ofHours(1));
    Alias made = a.addAlias("shop@a.test", List.of("ana@a.test", "x@far.test"), end);
    assertThat(made.expires()).isEqualTo(end);
    assertThat(t.readers("shop+1@a.test"))
        .containsExactly("ana@a.test|1", "x@far.test via ALIAS shop@a.test");
    assertThat(t.owns(d.account("ana@a.test").orElseThrow().account(), "shop@a.test")).isTrue();
    pass(Duration.ofMinutes(59));
    assertThat(t.readers("shop@a.test")).hasSize(2);
    pass(Duration.ofMinutes(1));
    // Not even the catch-all has it: the address does not exist any more.
    assertThat(t.readers("shop@a.test")).containsExactly("nobody");
    assertThat(t.readers("shop+1@a.test")).containsExactly("nobody");
    assertThat(t.owns(d.account("ana@a.test").orElseThrow().account(), "shop@a.test")).isFalse();
    assertThat(d.aliases()).extracting(Alias::name).containsExactly("@a.test", "shop@a.test");
    a.prune();
    assertThat(d.aliases()).hasSize(2);
    pass(Addressing.KEPT_AFTER_END);
    a.prune();
    assertThat(d.aliases()).extracting(Alias::name).containsExactly("@a.test");
    refused(INVALID, () -> a.addAlias("x@a.test", List.of("ana@a.test"), t.test.clock.instant()));
  }

  @Test
  void anEndedAliasCanBeGivenANewEnd() {
    t.account("ana@a.test");
    Instant end = t.test.clock.instant().plus(Duration.ofHours(1));
    a.addAlias("shop@a.test", List.of("ana@a.test"), end);
    pass(Duration.ofDays(1));
    refused(ALREADY_EXISTS, () -> t.account("shop@a.test"));
    a.addAlias("shop@a.test", List.of("ana@a.test"), null);
    assertThat(t.readers("shop@a.test")).containsExactly("ana@a.test");
  }

  @Test
  void aPostmasterIsFoundHoweverHisNameEnds() {
    t.account("ana@a.test");
    Instant end = t.test.clock.instant().plus(Duration.ofHours(1));
    a.addAlias("postmaster@a.test", List.of("x@far.test"), end);
    assertThat(t.readers("postmaster@a.test"))
        .containsExactly("x@far.test via ALIAS postmaster@a.test");
    pass(Duration.ofDays(1));
    assertThat(t.readers("postmaster@a.test")).containsExactly("ana@a.test");
  }

  // ---- groups

  @Test
  void groupsComeAndGo() {
    t.account("ana@a.test");
    t.account("bo@a.test");
    d.addAlias("info@a.test", List.of("ana@a.test"));
    a.addGroup("Team@a.test", List.of("ana@a.test"), null);
    refused(ALREADY_EXISTS, () -> a.addGroup("team@a.test", List.of("bo@a.test"), null));
    refused(ALREADY_EXISTS, () -> a.addGroup("info@a.test", List.of("bo@a.test"), null));
    refused(ALREADY_EXISTS, () -> d.addAlias("team@a.test", List.of("bo@a.test")));
    refused(ALREADY_EXISTS, () -> t.account("team@a.test"));
    refused(BAD_TARGET, () -> a.addGroup("empty@a.test", List.of(), null));
    refused(BAD_TARGET, () -> a.addGroup("g@a.test", List.of("nobody@a.test"), null));
    refused(BAD_TARGET, () -> a.addGroup("g@a.test", List.of("ana@a.test"), "nobody@a.test"));
    a.addMembers("team@a.test", List.of("bo@a.test", "ANA@a.test", "x@far.test"));
    Group team =
        new Group(
            at("Team@a.test"), List.of(at("ana@a.test"), at("bo@a.test"), at("x@far.test")), null);
    assertThat(a.groups()).containsExactly(team);
    assertThat(d.members(at("TEAM+x@a.test"))).isEqualTo(team.members());
    assertThat(d.members(at("info@a.test"))).containsExactly(at("ana@a.test"));
    assertThat(d.members(at("ANA@a.test"))).containsExactly(at("ana@a.test"));
    assertThat(d.members(at("nobody@a.test"))).isEmpty();
    assertThat(d.members(at("x@far.test"))).isEmpty();
    refused(NO_SUCH_NAME, () -> a.removeMembers("team@a.test", List.of("ana@a.test", "c@a.test")));
    a.removeMembers("team@a.test", List.of("ana@a.test", "X@far.test"));
    assertThat(t.readers("team@a.test")).containsExactly("bo@a.test");
    refused(BAD_TARGET, () -> a.removeMembers("team@a.test", List.of("bo@a.test")));
    refused(NO_SUCH_NAME, () -> a.removeGroup("info@a.test"));
    refused(NO_SUCH_NAME, () -> d.removeAlias("team@a.test"));
    refused(NO_SUCH_NAME, () -> a.addMembers("info@a.test", List.of("bo@a.test")));
    a.removeGroup("team@a.test");
    assertThat(t.readers("team@a.test")).containsExactly("nobody");
  }

  @Test
  void groupsMayNestAndNotCircle() {
    t.account("ana@a.test");
    a.addGroup("g1@a.test", List.of("ana@a.test"), null);
    a.addGroup("g2@a.test", List.of("g1@a.test"), null);
    refused(BAD_TARGET, () -> a.addMembers("g1@a.test", List.of("g2@a.test")));
    // Two that have others besides may name each other, and mail for them ends.
    a.addMembers("g2@a.test", List.of("x@far.test"));
    a.addMembers("g1@a.test", List.of("g2@a.test"));
    assertThat(t.readers("g1@a.test"))
        .containsExactly("ana@a.test", "x@far.test via GROUP g2@a.test");
    assertThat(t.readers("g2@a.test"))
        .containsExactly("ana@a.test", "x@far.test via GROUP g2@a.test");
  }

  @Test
  void membersAreLimited() {
    t.account("ana@a.test");
    List<String> many = new ArrayList<>();
    for (int i = 0; i <= Walk.TARGETS_MAX; i++) many.add("m" + i + "@far.test");
    refused(BAD_TARGET, () -> a.addGroup("g@a.test", many, null));
    a.addGroup("g@a.test", many.subList(0, Walk.TARGETS_MAX), null);
    assertThat(t.readers("g@a.test")).hasSize(Walk.TARGETS_MAX);
    refused(BAD_TARGET, () -> a.addMembers("g@a.test", List.of("last@far.test")));
    List<String> longs = new ArrayList<>();
    for (int i = 0; i < 600; i++)
      longs.add(
          "m"
              + i
              + "x".repeat(240)
              + "@"
              + "f".repeat(60)
              + "."
              + "g".repeat(60)
              + "."
              + "h".repeat(60)
              + ".test");
    refused(LIMIT, () -> a.addGroup("long@a.test", longs, null));
    a.removeGroup("g@a.test");
  }

  // ---- forwards

  @Test
  void forwardsComeAndGo() {
    t.account("ana@a.test");
    t.account("bo@a.test");
    d.addAlias("info@a.test", List.of("ana@a.test"));
    a.addForward("ana@a.test", List.of("x@far.test"), null);
    a.addForward("ana@a.test", List.of("bo@a.test"), true);
    assertThat(t.readers("info@a.test"))
        .containsExactly("ana@a.test", "bo@a.test", "x@far.test via FORWARD ana@a.test");
    assertThat(a.forwards())
        .containsExactly(
            new Forward(
                at("ana@a.test"),
                new Forwarding(List.of(at("x@far.test"), at("bo@a.test")), true)));
    a.addForward("ana@a.test", List.of("bo@a.test"), false);
    assertThat(t.readers("ana@a.test"))
        .containsExactly("bo@a.test", "x@far.test via FORWARD ana@a.test");
    refused(NO_SUCH_NAME, () -> a.removeForward("ana@a.test", List.of("y@far.test")));
    a.removeForward("ana@a.test", List.of("X@far.test"));
    assertThat(t.readers("ana@a.test")).containsExactly("bo@a.test");
    a.removeForward("ana@a.test", List.of());
    assertThat(t.readers("ana@a.test")).containsExactly("ana@a.test");
    refused(NO_SUCH_NAME, () -> a.removeForward("ana@a.test", List.of()));
    refused(NO_SUCH_NAME, () -> a.addForward("info@a.test", List.of("bo@a.test"), null));
    refused(BAD_TARGET, () -> a.addForward("ana@a.test", List.of("nobody@a.test"), null));
    refused(BAD_TARGET, () -> a.addForward("ana@a.test", List.of(), null));
    List<String> many = new ArrayList<>();
    for (int i = 0; i <= Addressing.FORWARDS_MAX; i++) many.add("m" + i + "@far.test");
    refused(BAD_TARGET, () -> a.addForward("ana@a.test", many, null));
    // A new owner of the name does not inherit it.
    a.addForward("ana@a.test", List.of("x@far.test"), null);
    d.removeAlias("info@a.test");
    d.removeAccount("ana@a.test");
    t.account("ana@a.test");
    assertThat(t.readers("ana@a.test")).containsExactly("ana@a.test");
  }

  @Test
  void forwardsThatCircleLeaveACopyWhereTheyBegan() {
    for (String who : List.of("ana", "bo", "carl")) t.account(who + "@a.test");
    a.addForward("ana@a.test", List.of("bo@a.test"), null);
    a.addForward("bo@a.test", List.of("ana@a.test"), null);
    assertThat(t.readers("ana@a.test")).containsExactly("ana@a.test");
    assertThat(t.readers("bo@a.test")).containsExactly("bo@a.test");
    // Through an alias, and with somebody on the way who keeps his copy.
    d.addAlias("me@a.test", List.of("ana@a.test"));
    a.removeForward("bo@a.test", List.of());
    a.addForward("bo@a.test", List.of("me@a.test"), true);
    assertThat(t.readers("ana@a.test")).containsExactly("bo@a.test", "ana@a.test");
    // Two ways to one account are no circle.
    a.removeForward("bo@a.test", List.of());
    a.addForward("bo@a.test", List.of("carl@a.test"), null);
    a.addGroup("all@a.test", List.of("ana@a.test", "bo@a.test", "carl@a.test"), null);
    assertThat(t.readers("all@a.test")).containsExactly("carl@a.test");
  }

  @Test
  void mailIsKeptWhereAForwardLeadsToNobody() {
    t.account("ana@a.test");
    t.account("bo@a.test");
    a.addForward("ana@a.test", List.of("bo@a.test"), null);
    d.removeAccount("bo@a.test");
    assertThat(t.readers("ana@a.test")).containsExactly("ana@a.test");
    assertThat(d.check()).singleElement().asString().contains("forward of ana@a.test", "bo@a.test");
    a.removeForward("ana@a.test", List.of());
  }

  @Test
  void aChainOfForwardsHasAnEnd() {
    String last = "far@far.test";
    for (int i = 0; i < Walk.DEPTH_MAX; i++) {
      t.account("a" + i + "@a.test");
      a.addForward("a" + i + "@a.test", List.of(last), null);
      last = "a" + i + "@a.test";
    }
    assertThat(t.readers(last)).containsExactly("far@far.test via FORWARD a0@a.test");
    t.account("more@a.test");
    String end = last;
    refused(BAD_TARGET, () -> a.addForward("more@a.test", List.of(end), null));
  }

  // ---- users who have moved

  @Test
  void usersMoveAndComeBack() {
    AccountId ana = t.account("ana@a.test");
    t.account("bo@a.test");
    a.move("ana@a.test", "ana@far.test", false);
    assertThat(t.readers("ana@a.test")).containsExactly("551 ana@far.test");
    // He still writes as himself.
    assertThat(t.owns(ana, "ana@a.test")).isTrue();
    a.move("ana@a.test", "bo@a.test", true);
    assertThat(t.readers("ana+x@a.test")).containsExactly("251 bo@a.test", "bo@a.test");
    a.clearMove("ana@a.test");
    assertThat(t.readers("ana@a.test")).containsExactly("ana@a.test");
    refused(NO_SUCH_NAME, () -> a.clearMove("ana@a.test"));
    refused(BAD_TARGET, () -> a.move("ana@a.test", "ana@a.test", false));
    refused(BAD_TARGET, () -> a.move("ana@a.test", "nobody@a.test", false));
    d.addAlias("info@a.test", List.of("ana@a.test"));
    refused(ALREADY_EXISTS, () -> a.move("info@a.test", "ana@a.test", false));
    a.move("left@a.test", "left@far.test", false);
    assertThat(a.moved())
        .containsExactly(new Moved(at("left@a.test"), new Move(at("left@far.test"), false)));
    refused(ALREADY_EXISTS, () -> t.account("left@a.test"));
    a.clearMove("left@a.test");
    t.account("left@a.test");
    refused(BAD_TARGET, () -> a.move("left@a.test", "LEFT@a.test", true));
  }

  @Test
  void movesInACircleEnd() {
    t.account("ana@a.test");
    t.account("bo@a.test");
    a.move("ana@a.test", "bo@a.test", true);
    refused(BAD_TARGET, () -> a.move("bo@a.test", "ana@a.test", true));
    a.addForward("bo@a.test", List.of("ana@a.test"), null);
    assertThat(t.readers("ana@a.test")).containsExactly("251 bo@a.test", "ana@a.test");
    assertThat(t.readers("bo@a.test")).containsExactly("bo@a.test");
  }

  @Test
  void aGroupDoesNotMoveWithItsMember() {
    t.account("ana@a.test");
    t.account("bo@a.test");
    a.addGroup("all@a.test", List.of("ana@a.test", "bo@a.test"), null);
    a.move("ana@a.test", "ana@far.test", false);
    assertThat(t.readers("all@a.test")).containsExactly("bo@a.test");
    assertThat(d.check()).singleElement().asString().contains("all@a.test", "has moved");
    a.move("ana@a.test", "ana@far.test", true);
    assertThat(t.readers("all@a.test"))
        .containsExactly("bo@a.test", "ana@far.test via FORWARD ana@a.test");
  }

  // ---- writing as others

  @Test
  void whoMayWriteAsWhom() {
    AccountId ana = t.account("ana@a.test");
    AccountId bo = t.account("bo@a.test");
    d.addDomainAlias("b.test", "a.test");
    d.addAlias("info@a.test", List.of("ana@a.test", "x@far.test"));
    a.addGroup("all@a.test", List.of("ana@a.test", "bo@a.test"), null);
    a.addForward("ana@a.test", List.of("bo@a.test"), null);
    d.addAlias("@a.test", List.of("bo@a.test"));
    for (String own : List.of("ana@b.test", "ana+x@b.test", "info@b.test", "ANA@a.test")) {
      assertThat(t.owns(ana, own)).as(own).isTrue();
      // Whoever gets her mail is not her.
      assertThat(t.owns(bo, own)).as(own).isFalse();
    }
    for (String no : List.of("all@a.test", "any@a.test", "x@far.test", "boss@c.test")) {
      assertThat(t.owns(ana, no)).as(no).isFalse();
      assertThat(t.owns(bo, no)).as(no).isFalse();
    }
    a.addSendAs("bo@a.test", "All@a.test");
    a.addSendAs("bo@a.test", "ana@b.test");
    a.addSendAs("bo@a.test", "@C.test");
    refused(ALREADY_EXISTS, () -> a.addSendAs("bo@a.test", "all@A.test"));
    refused(INVALID, () -> a.addSendAs("bo@a.test", "nothing"));
    refused(NO_SUCH_NAME, () -> a.addSendAs("all@a.test", "ana@a.test"));
    refused(NO_SUCH_NAME, () -> a.removeSendAs("bo@a.test", "x@a.test"));
    assertThat(a.sendAs("bo@a.test")).containsExactly("All@a.test", "ana@b.test", "@c.test");
    for (String granted :
        List.of("all@a.test", "ALL+x@b.test", "ana@a.test", "ana+y@b.test", "boss@c.test")) {
      assertThat(t.owns(bo, granted)).as(granted).isTrue();
    }
    for (String no : List.of("alla@a.test", "al@a.test", "any@a.test", "boss@x.c.test")) {
      assertThat(t.owns(bo, no)).as(no).isFalse();
    }
    a.removeSendAs("bo@a.test", "all@a.test");
    assertThat(t.owns(bo, "all@a.test")).isFalse();
    a.removeSendAs("bo@a.test", "ana@b.test");
    a.removeSendAs("bo@a.test", "@c.test");
    assertThat(a.sendAs("bo@a.test")).isEmpty();
  }

  // ---- domains

  @Test
  void aDomainWithTheNamesOfAnotherHasNone() {
    t.account("ana@a.test");
    d.addDomainAlias("b.test", "a.test");
    refused(INVALID, () -> d.addAccount("bo@b.test", "word", PasswordRules.ANY));
    refused(INVALID, () -> d.addAlias("bo@b.test", List.of("ana@a.test")));
    refused(INVALID, () -> a.addGroup("bo@b.test", List.of("ana@a.test"), null));
    refused(INVALID, () -> a.move("bo@b.test", "ana@a.test", false));
    refused(INVALID, () -> d.setSeparators("b.test", "-"));
    refused(INVALID, () -> d.setRecipients("b.test", null));
    refused(INVALID, () -> d.addDomainAlias("c.test", "b.test"));
    refused(NO_SUCH_DOMAIN, () -> d.addDomainAlias("c.test", "nowhere.test"));
    refused(ALREADY_EXISTS, () -> d.addDomainAlias("a.test", "a.test"));
    refused(ALREADY_EXISTS, () -> d.addDomain("b.test"));
    assertThat(d.isOurs("b.test")).isTrue();
    // An alias may lead to it.
    d.addAlias("info@a.test", List.of("ana@b.test"));
    assertThat(t.readers("info@b.test")).containsExactly("ana@a.test");
    d.addDomain("c.test");
    d.addDomainAlias("d.test", "c.test");
    refused(NOT_EMPTY, () -> d.removeDomain("c.test"));
    d.removeDomain("d.test");
    d.removeDomain("c.test");
    // What it was it is not any more.
    d.addDomain("d.test");
    t.account("dan@d.test");
    assertThat(t.readers("dan@d.test")).containsExactly("dan@d.test");
    assertThat(d.domainEntries())
        .extracting(e -> e.name() + " " + e.settings().kind().name().toLowerCase(Locale.ROOT))
        .containsExactly("a.test own", "b.test alias", "d.test own");
    d.removeAlias("info@a.test");
  }

  @Test
  void aBackupDomainHasRecipients() {
    t.account("ana@a.test");
    refused(INVALID, () -> d.addBackupDomain("b.test", List.of("ana@other.test")));
    d.addBackupDomain("b.test", List.of("ana", "bo"));
    assertThat(d.isOurs("b.test")).isFalse();
    assertThat(d.domain("b.test").recipients()).isEqualTo(2);
    refused(INVALID, () -> d.addAccount("ana@b.test", "word", PasswordRules.ANY));
    refused(INVALID, () -> d.addAlias("ana@b.test", List.of("ana@a.test")));
    refused(INVALID, () -> d.addDomainAlias("c.test", "b.test"));
    d.setRecipients("b.test", List.of("Bo@b.test", "carl"));
    assertThat(t.readers("ana@b.test")).containsExactly("nobody");
    assertThat(t.readers("bo@b.test")).containsExactly("backup b.test");
    assertThat(t.readers("carl@b.test")).containsExactly("backup b.test");
    d.setRecipients("b.test", null);
    assertThat(t.readers("ana@b.test")).containsExactly("backup b.test");
    assertThat(d.domain("b.test").recipients()).isZero();
    d.setRecipients("b.test", List.of());
    assertThat(t.readers("ana@b.test")).containsExactly("nobody");
    refused(INVALID, () -> d.setRecipients("a.test", null));
    d.removeDomain("b.test");
    assertThat(t.readers("bo@b.test")).containsExactly("not ours");
    d.addDomain("b.test");
    assertThat(t.readers("bo@b.test")).containsExactly("nobody");
  }

  @Test
  void separatorsAreSigns() {
    t.account("ana@a.test");
    for (String no : List.of("x", "++", "@", "\"", " ", "+é")) {
      refused(INVALID, () -> d.setSeparators("a.test", no));
    }
    d.setSeparators("a.test", "+-");
    assertThat(t.readers("ana-x+y@a.test")).containsExactly("ana@a.test|x+y");
    assertThat(d.domain("a.test").settings().separators()).isEqualTo("+-");
    d.setSeparators("a.test", "+");
    assertThat(t.readers("ana-x@a.test")).containsExactly("nobody");
  }

  @Test
  void aKeyIsMadeOnce() {
    byte[] srs = d.key("srs");
    assertThat(srs).hasSize(32).isEqualTo(d.key("srs")).isNotEqualTo(d.key("other"));
    try (TestDirectory again = reopen()) {
      assertThat(again.directory.key("srs")).isEqualTo(srs);
    }
  }

  @Test
  void checkNamesWhatLeadsNowhere() {
    try (TestDirectory o = new TestDirectory()) {
      Addressing more = o.directory.addressing();
      o.account("ana@a.test");
      o.account("bo@a.test");
      more.addGroup("all@a.test", List.of("ana@a.test", "bo@a.test"), "bo@a.test");
      more.move("old@a.test", "bo@a.test", false);
      o.directory.removeAccount("bo@a.test");
      assertThat(o.directory.check())
          .hasSize(3)
          .anyMatch(p -> p.startsWith("group all@a.test: bo@a.test leads to nobody"))
          .anyMatch(p -> p.startsWith("owner of group all@a.test: bo@a.test leads"))
          .anyMatch(p -> p.startsWith("move of old@a.test: bo@a.test leads"));
      o.account("bo@a.test");
    }
  }
}
