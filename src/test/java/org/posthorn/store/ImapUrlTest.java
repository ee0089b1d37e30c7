package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.mime.Section;

/// RFC 5092, RFC 4467.
class ImapUrlTest {
  @Test
  void relative() {
    ImapUrl u = ImapUrl.parse("/Drafts;UIDVALIDITY=385759045/;UID=20/;section=HEADER");
    assertThat(u.relative()).isTrue();
    assertThat(u.user()).isNull();
    assertThat(u.mailbox()).isEqualTo("Drafts");
    assertThat(u.uidValidity()).isEqualTo(385759045);
    assertThat(u.uid()).isEqualTo(20);
    assertThat(u.section()).isEqualTo(Section.HEADER);
    assertThat(u.from()).isZero();
    assertThat(u.count()).isEqualTo(Long.MAX_VALUE);
    assertThat(u.authorisation()).isNull();
    // RFC 8508 §4.2 writes it so.
    assertThat(ImapUrl.parse("/Drafts/;UID=3002").mailbox()).isEqualTo("Drafts");
    assertThat(ImapUrl.parse("/a/b/;uid=1/;Section=1.2.mime/;Partial=5.10"))
        .isEqualTo(
            new ImapUrl(
                null,
                true,
                "a/b",
                0,
                1,
                new Section(List.of(1, 2), Section.Kind.MIME, List.of()),
                5,
                10,
                null));
    assertThat(ImapUrl.parse("/a/;uid=1/;partial=7").from()).isEqualTo(7);
  }

  @Test
  void percentEncoding() {
    ImapUrl u =
        ImapUrl.parse(
            "imap://jo%65%40example.com;AUTH=*@mail.example.com:1143/Entw%C3%BCrfe%3B"
                + "/;UID=1/;SECTION=2.HEADER.FIELDS%20(Subject%20%22To%22)");
    assertThat(u.relative()).isFalse();
    assertThat(u.user()).isEqualTo("joe@example.com");
    assertThat(u.mailbox()).isEqualTo("Entw\u00fcrfe;");
    assertThat(u.section())
        .isEqualTo(new Section(List.of(2), Section.Kind.FIELDS, List.of("Subject", "To")));
  }

  @Test
  void authorised() {
    String rump = "imap://joe@example.com/INBOX/;uid=20/;section=1.2;urlauth=submit+fred";
    ImapUrl.Authorisation a =
        ImapUrl.parse(rump + ":internal:91354a473744909de610943775f92038").authorisation();
    assertThat(a)
        .isEqualTo(
            new ImapUrl.Authorisation(
                null, "submit+fred", "internal", "91354a473744909de610943775f92038", rump));
    assertThat(ImapUrl.parse(rump).authorisation())
        .isEqualTo(new ImapUrl.Authorisation(null, "submit+fred", null, null, rump));
    String expiring =
        "imap://joe@x/INBOX/;uid=20;expire=2026-11-23T10:00:00+01:00;urlauth=anonymous";
    assertThat(ImapUrl.parse(expiring).authorisation().expires())
        .isEqualTo(Instant.parse("2026-11-23T09:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "Drafts/;UID=1",
        "//server/Drafts/;UID=1",
        "http://server/Drafts/;UID=1",
        "imap://server",
        "imap://user@/Drafts/;UID=1",
        "/Drafts",
        "/Drafts/;UID=0",
        "/Drafts/;UID=4294967296",
        "/Drafts/;UID=",
        "/Drafts;UIDVALIDITY=x/;UID=1",
        "/;UID=1",
        "/Drafts/;UID=1x",
        "/Drafts/;UID=1?SUBJECT%20x",
        "/Drafts/;UID=1/;SECTION=",
        "/Drafts/;UID=1/;SECTION=0",
        "/Drafts/;UID=1/;SECTION=1.",
        "/Drafts/;UID=1/;SECTION=MIME",
        "/Drafts/;UID=1/;SECTION=FOO",
        "/Drafts/;UID=1/;SECTION=TEXT%20(a)",
        "/Drafts/;UID=1/;SECTION=HEADER.FIELDS",
        "/Drafts/;UID=1/;SECTION=HEADER.FIELDS%20()",
        "/Drafts/;UID=1/;SECTION=HEADER.FIELDS%20(a",
        "/Drafts/;UID=1/;SECTION=HEADER.FIELDS%20(%22a)",
        "/Drafts/;UID=1/;SECTION=9999999999",
        "/Drafts/;UID=1/;PARTIAL=1.0",
        "/Drafts/;UID=1/;PARTIAL=",
        "/Draf%ts/;UID=1",
        "/Draf%FFts/;UID=1",
        "/Draf%4/;UID=1",
        "/Drafts/;UID=1;EXPIRE=yesterday;URLAUTH=anonymous",
        "/Drafts/;UID=1;EXPIRE=2026-11-23T10:00:00Z",
        "/Drafts/;UID=1;URLAUTH=",
        "/Drafts/;UID=1;URLAUTH=anonymous:internal",
        "/Drafts;URLAUTH=anonymous"
      })
  void wrong(String url) {
    assertThat(ImapUrl.parse(url)).isNull();
  }

  @Test
  void tooLong() {
    assertThat(ImapUrl.parse("/" + "a".repeat(5000) + "/;UID=1")).isNull();
  }
}
