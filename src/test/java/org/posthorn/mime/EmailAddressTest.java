package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          ana@example.test                 | ana@example.test
          Ana.B+tag@Example.TEST           | Ana.B+tag@example.test
          "a b"@x.test                     | "a b"@x.test
          "ana"@x.test                     | ana@x.test
          "a\\"b\\\\"@x.test               | "a\\"b\\\\"@x.test
          "a@b"@x.test                     | "a@b"@x.test
          a..b@x.test                      | "a..b"@x.test
          .a.@x.test                       | ".a."@x.test
          a@localhost                      | a@localhost
          a@1and1.de                       | a@1and1.de
          a@a_b.test                       | a@a_b.test
          a@[192.0.2.1]                    | a@[192.0.2.1]
          a@[IPv6:2001:DB8::1]             | a@[ipv6:2001:db8::1]
          a@[IPv6:::ffff:192.0.2.1]        | a@[ipv6:::ffff:192.0.2.1]
          a@[x-tag:content]                | a@[x-tag:content]
          a@bücher.example                 | a@xn--bcher-kva.example
          a@BÜCHER.example                 | a@xn--bcher-kva.example
          a@straße.example                 | a@xn--strae-oqa.example
          a@例え。テスト                   | a@xn--r8jz45g.xn--zckzah
          用户@例子.广告                   | 用户@xn--fsqu00a.xn--4rr70v
          """)
  void reads(String text, String printed) {
    EmailAddress address = EmailAddress.parse(text);
    assertThat(address).hasToString(printed);
    assertThat(EmailAddress.parse(printed)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "a",
        "a@",
        "@x",
        "a@b@c",
        " a@x",
        "a@x ",
        "a b@x",
        "<a@x>",
        "a@-x",
        "a@x-",
        "a@x..y",
        "a@.x",
        "a@x.",
        "a@x y",
        "a@[1.2.3]",
        "a@[1.2.3.256]",
        "a@[1.2.3.4",
        "a@[]",
        "a@[IPv6:]",
        "a@[IPv6:fe80::1%eth0]",
        "a@[IPv6:1.2.3.4]",
        "a@[IPv6:1:2]",
        "\"\"@x",
        "\"a@x",
        "\"a\"b@x",
        "a\r\nb@x",
        "\"a\r\nb\"@x",
        "\"a\0b\"@x",
        "a@x\0",
        "@r:a@x",
        "a(c)@x",
        "a@x(c)",
        "a@x,b@y",
        "a@\u2028x",
        "a@\u00a0"
      })
  void refuses(String text) {
    assertThat(EmailAddress.parse(text)).isNull();
  }

  @Test
  void refusesWhatIsTooLong() {
    assertThat(EmailAddress.parse("a".repeat(255) + "@x")).isNotNull();
    assertThat(EmailAddress.parse("a".repeat(256) + "@x")).isNull();
    assertThat(EmailAddress.parse("a@" + "a".repeat(63) + ".x")).isNotNull();
    assertThat(EmailAddress.parse("a@" + "a".repeat(64) + ".x")).isNull();
    assertThat(EmailAddress.parse("a@" + "a.".repeat(127) + "b")).isNotNull();
    assertThat(EmailAddress.parse("a@" + "a.".repeat(128) + "b")).isNull();
    assertThat(EmailAddress.parse("a@" + "ü".repeat(1_000_000))).isNull();
  }

  @Test
  void comparesWithoutCase() {
    EmailAddress a = EmailAddress.parse("Ana@Example.test");
    assertThat(a).isEqualTo(EmailAddress.parse("aNA@example.TEST")).hasToString("Ana@example.test");
    assertThat(a.hashCode()).isEqualTo(EmailAddress.parse("ana@example.test").hashCode());
    assertThat(a.key()).isEqualTo("ana@example.test");
    assertThat(a).isNotEqualTo(EmailAddress.parse("anb@example.test"));
  }

  @Test
  void constructorChecks() {
    assertThatIllegalArgumentException().isThrownBy(() -> new EmailAddress("a", "X.test"));
    assertThatIllegalArgumentException().isThrownBy(() -> new EmailAddress("", "x.test"));
    assertThatIllegalArgumentException().isThrownBy(() -> new EmailAddress("a\n", "x.test"));
  }

  @Test
  void domainsForPeople() {
    assertThat(DomainNames.toUnicode("xn--bcher-kva.example")).isEqualTo("bücher.example");
  }

  // RFC 3492 §7.1
  @ParameterizedTest
  @CsvSource({
    "他们为什么不说中文, xn--ihqwcrb4cv8a8dqg056pqjye",
    "למההםפשוטלאמדבריםעברית, xn--4dbcagdahymbxekheh6e0a7fei0b",
    "почемужеонинеговорятпорусски, xn--b1abfaaepdrnnbgefbadotcwatmq2g4l",
    "3年b組金八先生, xn--3b-ww4c5e180e575a65lsy2b",
    "porquénopuedensimplementehablarenespañol, xn--porqunopuedensimplementehablarenespaol-fmd56a"
  })
  void punycode(String label, String ascii) {
    assertThat(DomainNames.toAscii(label)).isEqualTo(ascii);
  }
}
