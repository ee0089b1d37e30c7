package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressListTest {
  /// `name|route|local|domain`, groups as `name:[…]`.
  private static String parse(String field) {
    StringBuilder out = new StringBuilder();
    for (Address a : AddressList.parse(field)) {
      out.append(out.isEmpty() ? "" : ", ");
      switch (a) {
        case Address.Mailbox m -> out.append(show(m));
        case Address.Group g ->
            out.append(g.name())
                .append(":[")
                .append(String.join(", ", g.members().stream().map(AddressListTest::show).toList()))
                .append("]");
      }
    }
    return out.toString();
  }

  private static String show(Address.Mailbox m) {
    String name = m.name() == null ? "" : "{" + m.name() + "} ";
    String route = m.route() == null ? "" : m.route() + ":";
    return name + "<" + route + m.localPart() + "@" + m.domain() + ">";
  }

  @Test
  void rfc5322AppendixA1() {
    assertThat(parse("John Doe <jdoe@machine.example>"))
        .isEqualTo("{John Doe} <jdoe@machine.example>");
    assertThat(parse("\"Joe Q. Public\" <john.q.public@example.com>"))
        .isEqualTo("{Joe Q. Public} <john.q.public@example.com>");
    assertThat(parse("Mary Smith <mary@x.test>, jdoe@example.org, Who? <one@y.test>"))
        .isEqualTo("{Mary Smith} <mary@x.test>, <jdoe@example.org>, {Who?} <one@y.test>");
    assertThat(parse("<boss@nil.test>, \"Giant; \\\"Big\\\" Box\" <sysservices@example.net>"))
        .isEqualTo("<boss@nil.test>, {Giant; \"Big\" Box} <sysservices@example.net>");
    assertThat(parse("A Group:Ed Jones <c@a.test>,joe@where.test,John <jdoe@one.test>;"))
        .isEqualTo("A Group:[{Ed Jones} <c@a.test>, <joe@where.test>, {John} <jdoe@one.test>]");
    assertThat(parse("Undisclosed recipients:;")).isEqualTo("Undisclosed recipients:[]");
    assertThat(parse("\"Mary Smith: Personal Account\" <smith@home.example>"))
        .isEqualTo("{Mary Smith: Personal Account} <smith@home.example>");
  }

  @Test
  void rfc5322AppendixA5() {
    assertThat(parse("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>"))
        .isEqualTo("{Pete} <pete@silly.test>");
    assertThat(
            parse(
                "A Group(Some people)\r\n"
                    + "     :Chris Jones <c@(Chris's host.)public.example>,\r\n"
                    + "         joe@example.org,\r\n"
                    + "  John <jdoe@one.test> (my dear friend); (the end of the group)"))
        .isEqualTo(
            "A Group:[{Chris Jones} <c@public.example>, <joe@example.org>, {John}"
                + " <jdoe@one.test>]");
    assertThat(parse("(Empty list)(start)Hidden recipients  :(nobody(that I know))  ;"))
        .isEqualTo("Hidden recipients:[]");
  }

  @Test
  void rfc5322AppendixA6() {
    assertThat(parse("Joe Q. Public <john.q.public@example.com>"))
        .isEqualTo("{Joe Q. Public} <john.q.public@example.com>");
    assertThat(parse("Mary Smith <@node.test:mary@example.net>, , jdoe@test  . example"))
        .isEqualTo("{Mary Smith} <@node.test:mary@example.net>, <jdoe@test.example>");
    assertThat(parse("John Doe <jdoe@machine(comment).  example>"))
        .isEqualTo("{John Doe} <jdoe@machine.example>");
    assertThat(parse("Mary Smith\r\n  \r\n          <mary@example.net>"))
        .isEqualTo("{Mary Smith} <mary@example.net>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ana@x.test (Ana B)              | {Ana B} <ana@x.test>
          a@x; b@y                        | <a@x>, <b@y>
          Ana <a@x> Bo <b@y>              | {Ana} <a@x>, {Bo} <b@y>
          a@x,,b@y,                       | <a@x>, <b@y>
          Ana <a@x                        | {Ana} <a@x>
          Ana <a@x, b@y                   | {Ana} <a@x>, <b@y>
          Ana <<a@x>>                     | {Ana} <a@x>
          Ana a@x>                        | {Ana} <a@x>>
          "Ana <a@x>                      | {Ana} <a@x>
          Ana (B <a@x>                    | {Ana (B} <a@x>
          Foo: Bar <a@x>                  | {Foo: Bar} <a@x>
          mailto:a@x                      | <a@x>
          'a@x'                           | <a@x>
          root                            | <root@>
          Ana                             | <Ana@>
          <>                              | ''
          Ana <>                          | {Ana} <@>
          ""                              | ''
          a@[192.0.2.1]                   | <a@[192.0.2.1]>
          Ana <a@[IPv6:2001:db8::1]>      | {Ana} <a@[IPv6:2001:db8::1]>
          "a b"@x                         | <a b@x>
          Ana "a b"@x                     | {Ana} <a b@x>
          <"a>b"@x>                       | <a>b@x>
          Ana B. a@x.test                 | {Ana B.} <a@x.test>
          "x:y": a@b;                     | x:y:[<a@b>]
          g: a@b, h: c@d;, e@f            | g:[<a@b>, {h:} <c@d>], <e@f>
          """)
  void asReallyWritten(String field, String wanted) {
    assertThat(parse(field)).isEqualTo(wanted);
  }

  // RFC 2047 §8
  @Test
  void displayNames() {
    assertThat(
            AddressList.mailboxes(
                    "Nathaniel Borenstein <nsb@thumper.bellcore.com>\r\n"
                        + "      (=?iso-8859-8?b?7eXs+SDv4SDp7Oj08A==?=),"
                        + " =?ISO-8859-1?Q?Andr=E9?= Pirard <PIRARD@vm1.ulg.ac.be>,"
                        + " nsb@x.test (=?iso-8859-8?b?7eXs+SDv4SDp7Oj08A==?=), <a@x.test>")
                .stream()
                .map(Address.Mailbox::displayName))
        .containsExactly("Nathaniel Borenstein", "André Pirard", "םולש ןב ילטפנ", null);
  }

  @Test
  void mailboxesOfGroupsToo() {
    assertThat(AddressList.mailboxes("a@x, g: b@y;").stream().map(Address.Mailbox::email).toList())
        .isEqualTo(List.of(EmailAddress.parse("a@x"), EmailAddress.parse("b@y")));
    assertThat(AddressList.mailboxes(null)).isEmpty();
    assertThat(AddressList.mailboxes("root").getFirst().email()).isNull();
  }
}
