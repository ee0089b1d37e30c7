package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Predicate;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.codec.DecodeMonitor;
import org.apache.james.mime4j.codec.DecoderUtil;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeConfig;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.imap.ImapClient;
import org.posthorn.imap.ImapTestServer;
import org.posthorn.mime.Charsets;
import org.posthorn.mime.Collation;
import org.posthorn.mime.Corpus;
import org.posthorn.mime.FoldedText;
import org.posthorn.mime.Headers;
import org.posthorn.mime.MailDate;
import org.posthorn.mime.MessageText;
import org.posthorn.mime.MimeScanner;
import org.posthorn.store.Account;
import org.posthorn.store.Flags;
import org.posthorn.store.Incoming;
import org.posthorn.store.TestStore;
import org.posthorn.store.UidSet;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.MemoryKv;

/// Search programs made at random, over the mails of the corpus, against a plain reading of all of
/// them: whatever the index, the pages and earlier searches make unnecessary to read, the answer is
/// the same (RFC 3501 §6.4.4, RFC 5255 §4.2).
class SearchProgramsTest {
  /// `-Dposthorn.search.programs=5000` for more than a build wants to wait for.
  private static final int PROGRAMS = Integer.getInteger("posthorn.search.programs", 120);

  private static final int DEPTH_MAX = 4;
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("d-MMM-yyyy", Locale.ENGLISH);
  private static final String[] SYSTEM = {"SEEN", "ANSWERED", "FLAGGED", "DRAFT", "DELETED"};
  private static final int[] BITS = {
    Flags.SEEN, Flags.ANSWERED, Flags.FLAGGED, Flags.DRAFT, Flags.DELETED
  };
  private static final String[] KEYWORDS = {"$Junk", "work", "$Forwarded"};

  /// A mail as a client may search for it, read without haste.
  private static final class Mail {
    long uid;
    int size;
    int flags;
    List<String> keywords = new ArrayList<>();
    OffsetDateTime arrived;
    OffsetDateTime saved;
    LocalDate sent;

    /// Name and value of each field, words decoded, by collation.
    final List<String[]> fields = new ArrayList<>();

    /// Texts of the body and fields of its parts.
    final List<String> body = new ArrayList<>();

    final List<List<String[]>> foldedFields = new ArrayList<>();
    final List<List<String>> foldedBody = new ArrayList<>();

    void fold() {
      for (Collation c : Collation.values()) {
        List<String[]> f = new ArrayList<>();
        fields.forEach(x -> f.add(new String[] {x[0], SearchProgramsTest.fold(c, x[1])}));
        foldedFields.add(f);
        List<String> b = new ArrayList<>();
        body.forEach(x -> b.add(SearchProgramsTest.fold(c, x)));
        foldedBody.add(b);
      }
    }
  }

  /// @param wire in UTF-8
  private record Program(String wire, Predicate<Mail> holds) {}

  @TempDir Path directory;

  private final Random random = new Random(7377);
  private final List<Mail> mails = new ArrayList<>();
  private TestStore testStore;
  private Collation collation = Collation.UNICODE_CASEMAP;

  @Test
  void theAnswerIsThatOfAPlainReading() throws IOException {
    testStore = TestStore.withIndex(new MemoryKv(), new FaultyDisk(1), directory);
    try (var server = new ImapTestServer(ImapTestServer.CONFIG, testStore)) {
      String user = server.account();
      fill(server.store(user));
      try (ImapClient client = server.login(user)) {
        client.ok("ENABLE CONDSTORE");
        client.ok("SELECT INBOX");
        for (int i = 0; i < PROGRAMS; i++) {
          if (i % 10 == 0) {
            collation = Collation.values()[i % 30 == 10 ? random.nextInt(3) : 0];
            client.ok("COMPARATOR " + collation.id());
          }
          if (i == PROGRAMS / 4) {
            testStore.store.feed(); // the rest of the mails goes into the index
          }
          compare(client, program(0));
        }
      }
    }
  }

  private void compare(ImapClient client, Program p) throws IOException {
    var expected = new StringBuilder("SEARCH");
    for (Mail m : mails) {
      if (p.holds.test(m)) {
        expected.append(' ').append(m.uid);
      }
    }
    byte[] wire = ("UID SEARCH CHARSET UTF-8 " + p.wire).getBytes(StandardCharsets.UTF_8);
    List<String> answer = client.ok(new String(wire, StandardCharsets.ISO_8859_1));
    String found = answer.getFirst().replaceFirst(" \\(MODSEQ .*", "");
    assertThat(found).as("%s by %s", p.wire, collation.id()).isEqualTo(expected.toString());
  }

  // ---- the mails

  private void fill(Account account) throws IOException {
    List<Corpus.Mail> corpus = Corpus.mails();
    int agreed = 0;
    for (int i = 0; i < corpus.size(); i++) {
      byte[] octets = corpus.get(i).octets();
      Mail m = new Mail();
      agreed += read(octets, m) ? 1 : 0;
      m.fold();
      m.size = octets.length;
      m.arrived = arrival();
      testStore.millis.addAndGet(random.nextInt(1000) * 1000L);
      m.saved = testStore.clock.instant().atOffset(ZoneOffset.UTC);
      for (int b : BITS) {
        m.flags |= random.nextInt(3) == 0 ? b : 0;
      }
      for (String k : KEYWORDS) {
        if (random.nextInt(4) == 0) {
          m.keywords.add(k);
        }
      }
      try (Incoming in = testStore.store.receive()) {
        in.write(octets);
        Flags flags = new Flags(m.flags, m.keywords);
        m.uid = account.append("INBOX", in.finish(), flags, m.arrived).uid();
      }
      mails.add(m);
      if (i == corpus.size() / 2) {
        testStore.store.feed();
      }
    }
    // Where the oracle reads a mail otherwise, that is for other tests to judge.
    assertThat(agreed).isGreaterThan(corpus.size() * 6 / 7);
    mails.removeIf(m -> m.uid % 9 == 0 && expunged(account, m));
  }

  private static boolean expunged(Account account, Mail m) {
    account.remove(account.mailbox("INBOX").id(), UidSet.of(m.uid));
    return true;
  }

  private OffsetDateTime arrival() {
    return OffsetDateTime.parse("2026-11-01T00:00:00Z")
        .plusSeconds(random.nextInt(22 * 86_400))
        .withOffsetSameInstant(ZoneOffset.ofHours(random.nextInt(24) - 12));
  }

  /// Reads a mail by Mime4j; where that differs from our own reading, by our own. True if they
  /// agree.
  private static boolean read(byte[] octets, Mail m) throws IOException {
    Mail ours = new Mail();
    ours(octets, ours);
    m.sent = ours.sent;
    try {
      theirs(octets, m);
    } catch (MimeException e) {
      m.fields.clear();
    }
    if (same(m, ours)) {
      return true;
    }
    m.fields.clear();
    m.body.clear();
    m.fields.addAll(ours.fields);
    m.body.addAll(ours.body);
    return false;
  }

  private static boolean same(Mail a, Mail b) {
    if (a.fields.size() != b.fields.size()) {
      return false;
    }
    for (int i = 0; i < a.fields.size(); i++) {
      if (!a.fields.get(i)[0].equals(b.fields.get(i)[0])
          || !a.fields.get(i)[1].equals(b.fields.get(i)[1])) {
        return false;
      }
    }
    return a.body.stream().sorted().toList().equals(b.body.stream().sorted().toList());
  }

  private static void ours(byte[] octets, Mail m) throws IOException {
    MessageText text =
        new MessageText(
                MimeScanner.scan(octets),
                new MessageText.Source() {
                  @Override
                  public byte[] bytes(long from, int length) {
                    return java.util.Arrays.copyOfRange(octets, (int) from, (int) from + length);
                  }

                  @Override
                  public InputStream stream(long from, long length) {
                    return new ByteArrayInputStream(octets, (int) from, (int) length);
                  }
                })
            .by(Collation.OCTET);
    text.fields().forEach(f -> m.fields.add(new String[] {f.name(), f.value()}));
    text.body(
        new FoldedText.Taker() {
          private boolean fresh;

          @Override
          public void begin() {
            fresh = true;
          }

          @Override
          public boolean take(String piece) {
            if (fresh) {
              m.body.add(piece);
            } else {
              m.body.add(m.body.removeLast() + piece);
            }
            fresh = false;
            return false;
          }
        });
    m.body.removeIf(String::isEmpty);
    Headers headers = text.headers();
    String date = headers.first("Date");
    OffsetDateTime t = date == null ? null : MailDate.parse(date);
    m.sent = t == null ? null : t.toLocalDate();
  }

  private static void theirs(byte[] octets, Mail m) throws IOException, MimeException {
    var stream = new MimeTokenStream(MimeConfig.PERMISSIVE);
    stream.parse(new ByteArrayInputStream(octets));
    boolean inHeader = true;
    for (EntityState s = stream.getState(); s != EntityState.T_END_OF_STREAM; s = stream.next()) {
      switch (s) {
        case T_FIELD -> {
          String value = stream.getField().getBody().strip();
          value = DecoderUtil.decodeEncodedWords(value, DecodeMonitor.SILENT);
          if (inHeader) {
            m.fields.add(new String[] {stream.getField().getName(), value});
          } else {
            m.body.add(value);
          }
        }
        case T_END_HEADER -> inHeader = false;
        case T_BODY -> {
          if (stream.getBodyDescriptor().getMimeType().startsWith("text/")) {
            Charset c = Charsets.find(stream.getBodyDescriptor().getCharset());
            boolean ascii = c == null || c.equals(StandardCharsets.US_ASCII);
            byte[] b = stream.getDecodedInputStream().readAllBytes();
            m.body.add(new String(b, ascii ? StandardCharsets.UTF_8 : c));
          }
        }
        default -> {}
      }
    }
    m.body.removeIf(String::isEmpty);
  }

  // ---- what is compared

  private static String fold(Collation c, String s) {
    return switch (c) {
      case UNICODE_CASEMAP -> {
        var b = new StringBuilder();
        s.codePoints().map(Character::toTitleCase).forEach(b::appendCodePoint);
        yield Normalizer.normalize(b, Normalizer.Form.NFKD);
      }
      case ASCII_CASEMAP -> {
        var b = new StringBuilder();
        s.chars().map(x -> x >= 'a' && x <= 'z' ? x - 32 : x).forEach(x -> b.append((char) x));
        yield b.toString();
      }
      case OCTET -> s;
    };
  }

  private boolean inHeader(Mail m, String name, String folded) {
    for (String[] f : m.foldedFields.get(collation.ordinal())) {
      if (f[0].equalsIgnoreCase(name) && f[1].contains(folded)) {
        return true;
      }
    }
    return false;
  }

  private boolean inBody(Mail m, String folded) {
    return folded.isEmpty()
        || m.foldedBody.get(collation.ordinal()).stream().anyMatch(b -> b.contains(folded));
  }

  private boolean anywhere(Mail m, String folded) {
    for (String[] f : m.foldedFields.get(collation.ordinal())) {
      if (f[1].contains(folded) || (fold(collation, f[0] + ": ") + f[1]).contains(folded)) {
        return true;
      }
    }
    return inBody(m, folded);
  }

  // ---- programs

  private Program program(int depth) {
    return switch (depth == DEPTH_MAX ? 4 + random.nextInt(10) : random.nextInt(14)) {
      case 0 -> {
        Program a = program(depth + 1);
        Program b = program(depth + 1);
        yield new Program("OR " + a.wire + " " + b.wire, m -> a.holds.test(m) || b.holds.test(m));
      }
      case 1 -> {
        Program a = program(depth + 1);
        yield new Program("NOT " + a.wire, m -> !a.holds.test(m));
      }
      case 2, 3 -> {
        Program a = program(depth + 1);
        Program b = program(depth + 1);
        yield new Program(
            "(" + a.wire + " " + b.wire + ")", m -> a.holds.test(m) && b.holds.test(m));
      }
      case 4 -> flag();
      case 5 -> date();
      case 6 -> numbers();
      case 7 -> size();
      case 8, 9 -> {
        String text = text(true);
        String folded = fold(collation, text);
        yield new Program("BODY " + string(text), m -> inBody(m, folded));
      }
      case 10, 11 -> {
        String text = text(random.nextBoolean());
        String folded = fold(collation, text);
        yield new Program("TEXT " + string(text), m -> anywhere(m, folded));
      }
      default -> header();
    };
  }

  private Program flag() {
    int i = random.nextInt(SYSTEM.length + KEYWORDS.length);
    boolean not = random.nextBoolean();
    if (i < SYSTEM.length) {
      return new Program((not ? "UN" : "") + SYSTEM[i], m -> (m.flags & BITS[i]) == 0 == not);
    }
    String k = KEYWORDS[i - SYSTEM.length];
    return new Program((not ? "UN" : "") + "KEYWORD " + k, m -> m.keywords.contains(k) != not);
  }

  private Program date() {
    int of = random.nextInt(3);
    LocalDate day =
        switch (of) {
          case 0 -> arrival().toLocalDate();
          case 1 -> LocalDate.of(2026, 11, 23).plusDays(random.nextInt(4));
          default -> {
            LocalDate d = mails.get(random.nextInt(mails.size())).sent;
            yield d == null ? LocalDate.of(2000, 1, 1) : d;
          }
        };
    String prefix = List.of("", "SAVED", "SENT").get(of);
    return switch (random.nextInt(4)) {
      case 0 -> new Program(prefix + "ON " + DATE.format(day), m -> is(m, of, day::equals));
      case 1 -> new Program(prefix + "BEFORE " + DATE.format(day), m -> is(m, of, day::isAfter));
      case 2 ->
          new Program(prefix + "SINCE " + DATE.format(day), m -> is(m, of, d -> !day.isAfter(d)));
      default -> {
        long seconds = 1 + random.nextInt(30 * 86_400);
        long then = testStore.clock.instant().getEpochSecond() - seconds;
        boolean older = random.nextBoolean();
        yield new Program(
            (older ? "OLDER " : "YOUNGER ") + seconds,
            m -> older ? m.arrived.toEpochSecond() <= then : m.arrived.toEpochSecond() >= then);
      }
    };
  }

  private static boolean is(Mail m, int of, Predicate<LocalDate> such) {
    LocalDate day =
        switch (of) {
          case 0 -> m.arrived.toLocalDate();
          case 1 -> m.saved.toLocalDate();
          default -> m.sent;
        };
    return day != null && such.test(day);
  }

  private Program numbers() {
    int a = 1 + random.nextInt(mails.size() + 20);
    int b = a + random.nextInt(100);
    if (random.nextBoolean()) {
      return new Program("UID " + b + ":" + a, m -> m.uid >= a && m.uid <= b);
    }
    return new Program(a + ":" + b, m -> mails.indexOf(m) + 1 >= a && mails.indexOf(m) + 1 <= b);
  }

  private Program size() {
    int than = mails.get(random.nextInt(mails.size())).size;
    return random.nextBoolean()
        ? new Program("LARGER " + than, m -> m.size > than)
        : new Program("SMALLER " + than, m -> m.size < than);
  }

  private Program header() {
    List<String[]> fields = mails.get(random.nextInt(mails.size())).fields;
    String[] known = {"FROM", "TO", "CC", "BCC", "SUBJECT"};
    if (fields.isEmpty() || random.nextInt(3) == 0) {
      String name = known[random.nextInt(known.length)];
      String text = text(false);
      String folded = fold(collation, text);
      return new Program(name + " " + string(text), m -> inHeader(m, name, folded));
    }
    String[] f = fields.get(random.nextInt(fields.size()));
    String text = random.nextInt(5) == 0 ? "" : piece(f[1]);
    String folded = fold(collation, text);
    return new Program(
        "HEADER " + string(f[0]) + " " + string(text), m -> inHeader(m, f[0], folded));
  }

  private String text(boolean ofBody) {
    Mail m = mails.get(random.nextInt(mails.size()));
    if (ofBody && !m.body.isEmpty()) {
      return piece(m.body.get(random.nextInt(m.body.size())));
    }
    return m.fields.isEmpty() ? "nothing" : piece(m.fields.get(random.nextInt(m.fields.size()))[1]);
  }

  /// Some of it, perhaps in other case.
  private String piece(String s) {
    if (s.isEmpty()) {
      return s;
    }
    int from = s.offsetByCodePoints(0, random.nextInt(s.codePointCount(0, s.length())));
    int left = s.codePointCount(from, s.length());
    int to = s.offsetByCodePoints(from, 1 + random.nextInt(Math.min(left, 14)));
    String piece = s.substring(from, to).replace("\0", "");
    if (piece.chars().anyMatch(c -> Character.isSurrogate((char) c) || c == 0xFFFD)) {
      return "\u00e9"; // what cannot be sent
    }
    return random.nextBoolean() ? piece : piece.toUpperCase(Locale.ROOT);
  }

  private static String string(String s) {
    return "{" + s.getBytes(StandardCharsets.UTF_8).length + "+}\r\n" + s;
  }
}
