package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.junit.jupiter.api.Test;

/// Every mail of the corpus through the scanner, with Mime4j as the oracle.
class CorpusScanTest {
  private static final String NO_PART =
      "a multipart without a single part is text/plain, so that its text can be shown";
  private static final String GLOBAL = "message/global is a message (RFC 6532 §3.7)";
  private static final String SUBTYPE =
      "what follows the subtype token without a semicolon is not part of it";
  private static final String SAME =
      "of two open multiparts with the same boundary the inner one takes it";
  private static final String NO_SEMICOLON = "the semicolon before boundary= is missing";
  private static final String EMPTY = "a part of one empty line is a part (RFC 2046 §5.1.1)";
  private static final String ENCODED =
      "the message is in base64, which RFC 2046 §5.2.1 forbids: no offsets, no parts";

  /// Where we differ from Mime4j, and why we want to.
  private static final Map<String, String> DIFFERENCES = new TreeMap<>();

  static {
    DIFFERENCES.put(
        "mikel-mail/a0a97702-spec_fixtures_emails_attachment_emails_attachment_message_rfc822_inline_image.eml",
        NO_PART);
    DIFFERENCES.put(
        "mikel-mail/49b8b553-spec_fixtures_emails_error_emails_bad_date_header2.eml", NO_PART);
    DIFFERENCES.put(
        "mikel-mail/057a7616-spec_fixtures_emails_error_emails_empty_in_reply_to.eml", NO_PART);
    DIFFERENCES.put(
        "mikel-mail/44f61c7b-spec_fixtures_emails_error_emails_missing_body.eml", NO_PART);
    DIFFERENCES.put(
        "mikel-mail/18885a18-spec_fixtures_emails_error_emails_must_supply_encoding.eml", NO_PART);
    DIFFERENCES.put("flanker/bd61750c-tests_fixtures_messages_false-multipart.eml", NO_PART);
    DIFFERENCES.put("flanker/f7bd9149-tests_fixtures_messages_mailformed-headers.eml", NO_PART);
    DIFFERENCES.put("enmime/f206af45-testdata_mail_header-only.raw", NO_PART);
    DIFFERENCES.put("stalwart-mail-parser/0e7d3325-resources_eml_malformed_001.eml", NO_PART);
    DIFFERENCES.put("stalwart-mail-parser/bf855c48-resources_eml_malformed_002.eml", NO_PART);
    DIFFERENCES.put("stalwart-mail-parser/7ca629a0-resources_eml_malformed_004.eml", NO_PART);
    DIFFERENCES.put("stalwart-mail-parser/5a20f63e-resources_eml_malformed_007.eml", NO_PART);
    DIFFERENCES.put("flanker/6b70775b-tests_fixtures_messages_enclosed-global.eml", GLOBAL);
    DIFFERENCES.put("enmime/bc27d901-testdata_mail_mime-bad-content-type.raw", SUBTYPE);
    DIFFERENCES.put("enmime/57cdc104-testdata_mail_mime-blank-media-name.raw", SUBTYPE);
    DIFFERENCES.put("enmime/2af23ff4-testdata_parts_ctype-invalid-characters.raw", SUBTYPE);
    DIFFERENCES.put("stalwart-mail-parser/4f142219-resources_eml_malformed_003.eml", SAME);
    DIFFERENCES.put("stalwart-mail-parser/58905079-resources_eml_malformed_005.eml", SAME);
    DIFFERENCES.put("stalwart-mail-parser/adeb36e6-resources_eml_malformed_013.eml", SAME);
    DIFFERENCES.put("stalwart-mail-parser/a619dfeb-resources_eml_malformed_019.eml", SAME);
    DIFFERENCES.put("stalwart-mail-parser/7718dbee-resources_eml_malformed_017.eml", NO_SEMICOLON);
    DIFFERENCES.put("stalwart-mail-parser/08aacc94-resources_eml_malformed_020.eml", EMPTY);
    DIFFERENCES.put("stalwart-mail-parser/29af3f85-resources_eml_malformed_021.eml", EMPTY);
    DIFFERENCES.put("stalwart-mail-parser/af961f16-resources_eml_rfc_008.eml", ENCODED);
  }

  @Test
  void agreesWithMime4j() throws Exception {
    List<String> wrong = new ArrayList<>();
    List<String> needless = new ArrayList<>();
    for (Corpus.Mail mail : Corpus.mails()) {
      String ours = tree(MimeScanner.scan(mail.octets()), mail.octets());
      String theirs = mime4j(mail.octets());
      boolean listed = DIFFERENCES.containsKey(mail.name());
      if (!ours.equals(theirs) && !listed) {
        wrong.add(mail.name() + "\nours\n" + ours + "theirs\n" + theirs);
      } else if (ours.equals(theirs) && listed) {
        needless.add(mail.name());
      }
    }
    assertThat(needless).as("no longer different").isEmpty();
    assertThat(String.join("\n", wrong)).isEmpty();
  }

  @Test
  void partsLieBetweenTheirBoundaries() {
    int seen = 0;
    for (Corpus.Mail mail : Corpus.mails()) {
      seen += betweenBoundaries(MimeScanner.scan(mail.octets()), mail);
    }
    assertThat(seen).isGreaterThan(700);
  }

  private static int betweenBoundaries(Part p, Corpus.Mail mail) {
    int seen = p.children().size();
    for (Part child : p.children()) {
      if (p.multipart()) {
        String delimiter = "--" + p.parameter("boundary");
        String before = Corpus.octets(mail.octets(), p.bodyStart(), child.headerStart());
        assertThat(before.substring(0, before.length() - 2)).as(mail.name()).doesNotEndWith("\n");
        assertThat(before.substring(before.lastIndexOf("\r\n", before.length() - 3) + 1).strip())
            .as(mail.name())
            .startsWith(delimiter);
        String after = Corpus.octets(mail.octets(), child.bodyEnd(), mail.octets().length);
        boolean atOuterEnd = child == p.children().getLast() && child.bodyEnd() == p.bodyEnd();
        assertThat(
                atOuterEnd || after.startsWith("\r\n" + delimiter) || after.startsWith(delimiter))
            .as(mail.name())
            .isTrue();
      } else {
        assertThat(child.headerStart()).isEqualTo(p.bodyStart());
        assertThat(child.bodyEnd()).isEqualTo(p.bodyEnd());
      }
      seen += betweenBoundaries(child, mail);
    }
    return seen;
  }

  /// The octets of an entity, read alone, are the same entity again.
  @Test
  void partsReadAloneAreTheSame() {
    for (Corpus.Mail mail : Corpus.mails()) {
      readAlone(MimeScanner.scan(mail.octets()), mail);
    }
  }

  private static void readAlone(Part p, Corpus.Mail mail) {
    boolean digest = p.multipart() && p.subtype().equals("digest"); // has its own default type
    for (Part child : p.children()) {
      byte[] alone =
          Arrays.copyOfRange(mail.octets(), (int) child.headerStart(), (int) child.bodyEnd());
      if (!digest) {
        assertThat(relative(MimeScanner.scan(alone), 0))
            .as(mail.name())
            .isEqualTo(relative(child, child.headerStart()));
      }
      readAlone(child, mail);
    }
  }

  private static String relative(Part p, long start) {
    StringBuilder out = new StringBuilder(p.type()).append('/').append(p.subtype());
    for (long n : new long[] {p.headerStart(), p.bodyStart(), p.bodyEnd(), start + p.lines()}) {
      out.append(' ').append(n - start);
    }
    for (Headers.Header h : p.headers().all()) {
      out.append(' ').append(h.name()).append(' ').append(h.offset() - start);
    }
    for (Part child : p.children()) {
      out.append("\n(").append(relative(child, start)).append(')');
    }
    return out.toString();
  }

  @Test
  void sameFromAnyStream() throws IOException {
    for (Corpus.Mail mail : Corpus.mails()) {
      Part whole = MimeScanner.scan(mail.octets());
      for (int step : new int[] {1, 7, 8191}) {
        assertThat(MimeScanner.scan(Corpus.trickle(mail.octets(), step)))
            .as(mail.name())
            .isEqualTo(whole);
      }
    }
  }

  /// One line an entity: depth, type, size of the body and a digest of the octets of leaves.
  private static String tree(Part part, byte[] message) {
    StringBuilder out = new StringBuilder();
    tree(part, message, 0, out);
    return out.toString();
  }

  private static void tree(Part part, byte[] message, int depth, StringBuilder out) {
    boolean leaf = part.children().isEmpty();
    String body = leaf ? Corpus.body(message, part) : "";
    out.append("  ".repeat(depth)).append(part.type()).append('/').append(part.subtype());
    out.append(leaf ? " " + body.length() + " " + body.hashCode() : "").append('\n');
    for (Part child : part.children()) {
      tree(child, message, depth + 1, out);
    }
  }

  private static String mime4j(byte[] message) throws IOException, MimeException {
    MimeConfig config =
        MimeConfig.custom()
            .setMaxLineLen(-1)
            .setMaxHeaderLen(-1)
            .setMaxHeaderCount(-1)
            .setHeadlessParsing(null)
            .build();
    MimeTokenStream in = new MimeTokenStream(config);
    in.parse(new ByteArrayInputStream(message));
    StringBuilder out = new StringBuilder();
    int depth = -1;
    for (EntityState state = in.getState();
        state != EntityState.T_END_OF_STREAM;
        state = in.next()) {
      switch (state) {
        case T_START_MESSAGE, T_START_BODYPART -> depth++;
        case T_END_MESSAGE, T_END_BODYPART -> depth--;
        case T_START_MULTIPART ->
            out.append("  ".repeat(depth))
                .append(in.getBodyDescriptor().getMimeType())
                .append('\n');
        case T_BODY -> {
          String body = new String(in.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
          out.append("  ".repeat(depth)).append(in.getBodyDescriptor().getMimeType());
          out.append(" " + body.length() + " " + body.hashCode() + "\n");
        }
        default -> {}
      }
      if (state == EntityState.T_START_MESSAGE && depth > 0) {
        out.append("  ".repeat(depth - 1)).append("message/rfc822\n");
      }
    }
    return out.toString();
  }
}
