package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
  @Test
  void readsBackWhatWasMadeOfEveryMailOfTheCorpus() throws IOException {
    int compared = 0;
    for (Corpus.Mail mail : Corpus.mails()) {
      Part p = MimeScanner.scan(mail.octets());
      Headers h = p.headers();
      var e = new Envelope(ImapStructure.envelope(p));
      assertThat(e.text(Envelope.Field.DATE)).as(mail.name()).isEqualTo(h.first("Date"));
      String subject = h.first("Subject");
      if (subject != null && subject.length() < 1000) { // longer ones may be cut short
        assertThat(e.text(Envelope.Field.SUBJECT)).isEqualTo(subject.replace("\0", ""));
      }
      assertThat(e.text(Envelope.Field.MESSAGE_ID)).isEqualTo(h.first("Message-ID"));
      List<Address> from = AddressList.parse(h.first("From"));
      Address.Mailbox first = e.firstAddress(Envelope.Field.FROM);
      if (!from.isEmpty() && from.getFirst() instanceof Address.Mailbox m) {
        assertThat(first.localPart()).as(mail.name()).isEqualTo(m.localPart());
        assertThat(first.domain()).as(mail.name()).isEqualTo(m.domain());
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(300);
  }

  @Test
  void knowsQuotesLiteralsAndNil() {
    var e =
        new Envelope(
            Corpus.message(
                "({3}\nx\"y \"a \\\"b\\\" \\\\c\" ((\"N\" NIL \"l\" \"d\")(NIL NIL \"m\" \"d\"))"
                    + " NIL NIL ((NIL NIL \"group\" NIL)) NIL NIL NIL \"<i@d>\")"));
    assertThat(e.text(Envelope.Field.DATE)).isEqualTo("x\"y");
    assertThat(e.text(Envelope.Field.SUBJECT)).isEqualTo("a \"b\" \\c");
    assertThat(e.firstAddress(Envelope.Field.FROM))
        .isEqualTo(new Address.Mailbox("N", null, "l", "d"));
    assertThat(e.firstAddress(Envelope.Field.SENDER)).isNull();
    assertThat(e.firstAddress(Envelope.Field.TO))
        .isEqualTo(new Address.Mailbox(null, null, "group", ""));
    assertThat(e.text(Envelope.Field.IN_REPLY_TO)).isNull();
    assertThat(e.text(Envelope.Field.MESSAGE_ID)).isEqualTo("<i@d>");
  }
}
