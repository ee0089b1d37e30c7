package org.posthorn.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.AccountId;
import org.posthorn.store.StoreUnavailable;
import org.posthorn.store.kv.MemoryKv;
import org.posthorn.store.kv.Partition;

/// Rows of names and domains, as this version and the one before write them.
class AddressRowsTest {
  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static EmailAddress at(String text) {
    return EmailAddress.parse(text);
  }

  @Test
  void rowsOfTheFirstVersionAreRead() {
    assertThat(NameRow.decode(hex("01 01 00000003 616e61 00000000000000ff")))
        .isEqualTo(new NameRow.OfAccount(new AccountId(255), "ana"));
    assertThat(NameRow.decode(hex("01 02 00000001 61 00000001 00000003 616e61 00000004 612e7473")))
        .isEqualTo(new NameRow.OfAlias("a", List.of(at("ana@a.ts")), null));
    assertThat(DomainSettings.decode(hex("01 01"))).isEqualTo(DomainSettings.USUAL);
    assertThat(DomainSettings.decode(hex("01 02"))).isNull();
  }

  /// So that a version before this one opens what has nothing new in it, and refuses the rest.
  @Test
  void onlyWhatIsNewIsWrittenInANewWay() {
    NameRow plain = new NameRow.OfAccount(new AccountId(255), "ana");
    assertThat(plain.encode()).isEqualTo(hex("01 01 00000003 616e61 00000000000000ff"));
    assertThat(DomainSettings.USUAL.encode()).isEqualTo(hex("01 01"));
    EmailAddress x = at("x@far.test");
    Move move = new Move(x, true);
    for (NameRow row :
        List.of(
            new NameRow.OfAccount(new AccountId(7), "ana", new Forwarding(List.of(x), true), null),
            new NameRow.OfAccount(new AccountId(7), "ana", Forwarding.NONE, move),
            new NameRow.OfAlias("a", List.of(x), null),
            new NameRow.OfAlias("", List.of(x), Instant.ofEpochMilli(1_800_000_000_123L)),
            new NameRow.OfGroup("g", List.of(x, at("y@far.test")), null),
            new NameRow.OfGroup("g", List.of(x), x),
            new NameRow.OfMoved("m", move),
            new NameRow.OfRelayed("r"))) {
      assertThat(NameRow.decode(row.encode())).isEqualTo(row);
      assertThatThrownBy(() -> new RowText.Reader(row.encode(), 1))
          .isInstanceOf(StoreUnavailable.class);
    }
    for (DomainSettings settings :
        List.of(
            DomainSettings.USUAL.withSeparators("-="),
            DomainSettings.aliasOf("a.test"),
            DomainSettings.backup(true),
            DomainSettings.backup(false).withSeparators(""))) {
      assertThat(DomainSettings.decode(settings.encode())).isEqualTo(settings);
      assertThatThrownBy(() -> new RowText.Reader(settings.encode(), 1))
          .isInstanceOf(StoreUnavailable.class);
    }
  }

  @Test
  void anAliasOfTheFirstVersionLeadsWhereItLed() {
    MemoryKv kv = new MemoryKv();
    TestDirectory t = new TestDirectory(TestDirectory.CHEAP, kv);
    t.account("ana@a.ts");
    var rows = new PartitionRows(kv, t.store.ids(), Partition.domain("a.ts"));
    rows.change(edit -> {
      edit.put(
          NameRow.key("a"), hex("01 02 00000001 61 00000001 00000003 616e61 00000004 612e7473"));
      return null;
    });
    t.close();
    try (TestDirectory again =
        new TestDirectory(TestDirectory.CHEAP, kv.reopen(org.posthorn.store.kv.Faults.NONE))) {
      assertThat(again.readers("a+x@a.ts")).containsExactly("ana@a.ts|x");
      assertThat(again.directory.aliases())
          .containsExactly(new Alias("a@a.ts", List.of(at("ana@a.ts"))));
      again.directory.addressing().addForward("ana@a.ts", List.of("x@far.test"), true);
      assertThat(again.readers("a@a.ts"))
          .containsExactly("ana@a.ts", "x@far.test via FORWARD ana@a.ts");
    }
  }
}
