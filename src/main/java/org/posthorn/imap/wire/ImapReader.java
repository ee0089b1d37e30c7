package org.posthorn.imap.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Reads commands, token by token (RFC 3501 §9).
///
/// A command is a line, and for each literal the literal and one line more. A line is read whole
/// and parsed in memory; a literal is fetched only when the grammar expects a string, so a client
/// that announces one in a wrong place, or one too large, is refused before it sends it. After a
/// failure [#skipRest] leaves the reader at the start of the next command.
///
/// `accept…` tries and tells, `expect…` fails with BAD. Not thread safe. Holds no memory between
/// commands.
public final class ImapReader {
  /// Lists and search keys within each other.
  static final int DEPTH_MAX = 50;

  /// Of refused literals that are under way already (LITERAL+) so much is read and dropped; beyond
  /// that the connection is closed.
  static final long SKIP_MAX = 1 << 20;

  private static final int TAG_MAX = 200;
  private static final int SKIP_BUFFER = 8192;
  private static final byte[] NOTHING = new byte[0];

  private final Source source;

  /// Octets of one command with its literals, APPEND's message apart.
  private int commandMax;

  private long skipMax = SKIP_MAX;

  /// Octets of a literal whose client does not wait.
  private long unaskedMax = Long.MAX_VALUE;

  private NameEncoding names = NameEncoding.MODIFIED_UTF7;
  private byte[] line = NOTHING;
  private int pos;
  private int budget;
  private int depth;

  /// Octets of a streamed literal not read yet; -1 when none is under way.
  private long streaming = -1;

  public ImapReader(Source source, int commandMax) {
    this.source = source;
    this.commandMax = commandMax;
  }

  /// A reader standing at the start of one line that is held already.
  public static ImapReader ofLine(String line) {
    var in = new ImapReader(new HeldSource(NOTHING), Integer.MAX_VALUE);
    in.take(line.getBytes(StandardCharsets.UTF_8));
    return in;
  }

  /// Sets how many octets one command may have, message literals apart.
  public void commandMax(int octets) {
    commandMax = octets;
  }

  /// Sets how large a literal may be that a client sends without waiting (RFC 7888 §5).
  public void unaskedMax(long octets) {
    unaskedMax = octets;
  }

  /// Sets how much of refused literals is read and dropped.
  public void skipMax(long octets) {
    skipMax = octets;
  }

  /// Sets how the client writes names of mailboxes.
  public void names(NameEncoding encoding) {
    names = encoding;
  }

  public NameEncoding names() {
    return names;
  }

  /// Goes to the next command; false at the end of the stream.
  public boolean next() throws IOException {
    depth = 0;
    pos = 0;
    budget = commandMax;
    line = NOTHING;
    byte[] l = source.line(budget);
    if (l == null) {
      return false;
    }
    take(l);
    return true;
  }

  /// One line that is no command: DONE, or the base64 of a SASL exchange. Null at the end of the
  /// stream.
  public String plainLine(int max) throws IOException {
    byte[] l = source.line(max);
    return l == null ? null : new String(l, StandardCharsets.ISO_8859_1);
  }

  private void take(byte[] l) {
    budget -= l.length;
    line = l;
    pos = 0;
  }

  /// Lets go of the command's memory.
  public void done() {
    line = NOTHING;
    pos = 0;
  }

  // ---- tokens

  /// The next octet of the line, or -1 at its end.
  public int peek() {
    return pos < line.length ? line[pos] & 0xff : -1;
  }

  public boolean accept(char c) {
    if (pos < line.length && line[pos] == c) {
      pos++;
      return true;
    }
    return false;
  }

  /// Consumes all of `s` if it follows.
  public boolean accept(String s) {
    if (line.length - pos < s.length()) {
      return false;
    }
    for (int i = 0; i < s.length(); i++) {
      if (line[pos + i] != s.charAt(i)) {
        return false;
      }
    }
    pos += s.length();
    return true;
  }

  public void expect(char c) {
    if (!accept(c)) {
      throw expected("'" + c + "'");
    }
  }

  public boolean acceptSpace() {
    return accept(' ');
  }

  public void expectSpace() {
    if (!accept(' ')) {
      throw expected("a space");
    }
  }

  /// The end of the command.
  public void expectEnd() {
    if (pos < line.length) {
      throw expected("the end of the command");
    }
  }

  public boolean atEnd() {
    return pos >= line.length;
  }

  /// Consumes `word` in any case if an atom of exactly that spelling follows.
  public boolean acceptWord(String word) {
    int end = pos + word.length();
    if (end > line.length || (end < line.length && CharClass.isAtom(line[end] & 0xff))) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (CharClass.upper(line[pos + i]) != word.charAt(i)) {
        return false;
      }
    }
    pos = end;
    return true;
  }

  /// Consumes `text` in any case, if it follows.
  public boolean acceptText(String text) {
    int end = pos + text.length();
    if (end > line.length || !ascii(pos, end).equalsIgnoreCase(text)) {
      return false;
    }
    pos = end;
    return true;
  }

  /// RFC 3501 §9: tag = 1*<any ASTRING-CHAR except "+">
  public String tag() {
    int start = pos;
    while (pos < line.length && CharClass.isAstring(line[pos] & 0xff) && line[pos] != '+') {
      pos++;
    }
    if (pos == start || pos - start > TAG_MAX) {
      pos = start;
      throw CommandException.bad("Invalid tag");
    }
    return ascii(start, pos);
  }

  public String atom() {
    int start = pos;
    while (pos < line.length && CharClass.isAtom(line[pos] & 0xff)) {
      pos++;
    }
    if (pos == start) {
      throw expected("an atom");
    }
    return ascii(start, pos);
  }

  /// An atom in upper case, for names of commands and items.
  public String word() {
    return atom().toUpperCase(Locale.ROOT);
  }

  /// Letters, digits and dots in upper case, as in `BODY.PEEK`, up to any other octet.
  public String itemName() {
    int start = pos;
    while (pos < line.length && CharClass.isItem(line[pos])) {
      pos++;
    }
    if (pos == start) {
      throw expected("a name");
    }
    return ascii(start, pos).toUpperCase(Locale.ROOT);
  }

  /// RFC 3501 §9: number, 0 ≤ n < 2^32.
  public long number() {
    long n = number64();
    if (n > 0xffffffffL) {
      throw CommandException.bad("Number too large");
    }
    return n;
  }

  /// RFC 9051 §9: number64, 0 ≤ n < 2^63.
  public long number64() {
    int start = pos;
    long n = 0;
    while (pos < line.length && line[pos] >= '0' && line[pos] <= '9') {
      int digit = line[pos] - '0';
      if (n > (Long.MAX_VALUE - digit) / 10) {
        throw CommandException.bad("Number too large");
      }
      n = n * 10 + digit;
      pos++;
    }
    if (pos == start) {
      throw expected("a number");
    }
    return n;
  }

  public long nzNumber() {
    long n = number();
    if (n == 0) {
      throw CommandException.bad("Zero is not allowed here");
    }
    return n;
  }

  /// Text of an astring, taken as UTF-8.
  public String astring() throws IOException {
    return StrictText.of(astringBytes(), StandardCharsets.UTF_8);
  }

  public byte[] astringBytes() throws IOException {
    int c = peek();
    if (c == '"' || c == '{') {
      return stringBytes();
    }
    int start = pos;
    while (pos < line.length && CharClass.isAstring(line[pos] & 0xff)) {
      pos++;
    }
    if (pos == start) {
      throw expected("a string");
    }
    return bytes(start, pos);
  }

  public String string() throws IOException {
    return StrictText.of(stringBytes(), StandardCharsets.UTF_8);
  }

  /// A quoted string or a literal.
  public byte[] stringBytes() throws IOException {
    return switch (peek()) {
      case '"' -> quoted();
      case '{' -> literal();
      default -> throw expected("a string");
    };
  }

  /// A string, or null for NIL.
  public String nstring() throws IOException {
    return acceptWord("NIL") ? null : string();
  }

  /// RFC 5464 §5: nstring / literal8; null for NIL.
  ///
  /// @param tooLarge thrown when it has more octets than `max`; before a literal is sent, if the
  ///   client waits
  public byte[] nstring8(int max, CommandException tooLarge) throws IOException {
    if (acceptWord("NIL")) {
      return null;
    }
    boolean binary = accept('~');
    byte[] b = binary || peek() == '{' ? literal(max, tooLarge, binary) : stringBytes();
    if (b.length > max) {
      throw tooLarge;
    }
    return b;
  }

  /// RFC 3501 §9: list-mailbox, an atom in which wildcards are allowed, or a string.
  public byte[] listMailbox() throws IOException {
    int c = peek();
    if (c == '"' || c == '{') {
      return stringBytes();
    }
    int start = pos;
    while (pos < line.length && CharClass.isList(line[pos] & 0xff)) {
      pos++;
    }
    if (pos == start) {
      throw expected("a mailbox pattern");
    }
    return bytes(start, pos);
  }

  /// RFC 3501 §5.1: the name, decoded and in NFC; INBOX in any case is INBOX.
  public String mailbox() throws IOException {
    return MailboxName.parse(astringBytes(), names);
  }

  /// The name, decoded only: what OLDNAME repeats (RFC 9051 §6.3.9.7).
  public String mailboxAsWritten() throws IOException {
    return MailboxName.decode(astringBytes(), names);
  }

  /// What is left of the line, verbatim.
  public String remainder() {
    String s = new String(line, pos, line.length - pos, StandardCharsets.ISO_8859_1);
    pos = line.length;
    return s;
  }

  /// Counts a level of parentheses or of search keys.
  public void enter() {
    if (++depth > DEPTH_MAX) {
      throw CommandException.bad("Nested too deeply");
    }
  }

  public void leave() {
    depth--;
  }

  // ---- strings

  private byte[] quoted() {
    pos++; // the opening quote
    int start = pos;
    while (pos < line.length
        && line[pos] != '"'
        && line[pos] != '\\'
        && CharClass.isText(line[pos])) {
      pos++;
    }
    if (pos < line.length && line[pos] == '"') { // nothing escaped: the usual case
      return bytes(start, pos++);
    }
    var b = new ByteArrayOutputStream(64);
    b.write(line, start, pos - start);
    while (pos < line.length) {
      byte c = line[pos++];
      if (c == '"') {
        return b.toByteArray();
      }
      if (c == '\\') {
        // RFC 3501 §9: only the quote and the backslash can be quoted.
        if (pos == line.length || (line[pos] != '"' && line[pos] != '\\')) {
          throw CommandException.bad("Invalid escape in quoted string");
        }
        c = line[pos++];
      } else if (!CharClass.isText(c)) {
        throw CommandException.bad("NUL and CR are not allowed in a quoted string");
      }
      b.write(c);
    }
    throw CommandException.bad("Quoted string without end");
  }

  /// Consumes `{n}` or `{n+}` at the end of a line.
  public Announced announced() {
    return announced(Announced.Kind.TEXT);
  }

  /// The same, or `~{n}` (RFC 3516 §7, RFC 7888 §6), for a message.
  public Announced announcedMessage() {
    return announced(accept('~') ? Announced.Kind.BINARY : Announced.Kind.TEXT);
  }

  private Announced announced(Announced.Kind kind) {
    expect('{');
    long size = number64();
    boolean waits = !accept('+');
    expect('}');
    if (pos < line.length) {
      throw expected("the end of the line after a literal's size");
    }
    if (!waits && size > unaskedMax) {
      throw CommandException.bad(
          "TOOBIG", "Wait before you send so large a literal"); // RFC 7888 §5
    }
    return new Announced(size, kind, waits);
  }

  private byte[] literal() throws IOException {
    return literal(Long.MAX_VALUE, null, false);
  }

  /// @param binary whether it may have NUL in it (RFC 3516 §7)
  private byte[] literal(long max, CommandException tooLarge, boolean binary) throws IOException {
    Announced a = announced();
    if (a.size() > max) {
      throw tooLarge;
    }
    if (a.size() > budget) {
      // RFC 7888 §4: refuse, without the go-ahead or having skipped it
      throw CommandException.bad("TOOBIG", "Literal too large");
    }
    budget -= (int) a.size();
    if (a.waits()) {
      source.goAhead();
    }
    byte[] b = new byte[(int) a.size()];
    line = NOTHING; // from here on an error must not find the announcement again
    pos = 0;
    streaming = b.length;
    for (int n = 0; n < b.length; ) {
      int k = source.read(b, n, b.length - n);
      if (k < 0) {
        throw new EOFException();
      }
      n += k;
      streaming -= k;
    }
    streaming = -1;
    goOnAfterLiteral();
    for (byte c : b) {
      if (c == 0 && !binary) { // RFC 3501 §9: CHAR8 excludes NUL
        throw CommandException.bad("NUL is not allowed in a literal");
      }
    }
    return b;
  }

  private void goOnAfterLiteral() throws IOException {
    line = NOTHING;
    pos = 0;
    byte[] l = source.line(Math.max(budget, 1));
    if (l == null) {
      throw new EOFException();
    }
    take(l);
  }

  /// Starts a literal that is not to be held in memory. The caller has judged its size. The stream
  /// ends with the literal; [#endLiteral] must be called after that.
  public InputStream openLiteral(Announced a) throws IOException {
    line = NOTHING;
    pos = 0;
    if (a.waits()) {
      source.goAhead();
    }
    streaming = a.size();
    return new LiteralStream();
  }

  /// Drops what is left of the streamed literal and goes to the line behind it.
  public void endLiteral() throws IOException {
    drop(streaming);
    streaming = -1;
    goOnAfterLiteral();
  }

  private final class LiteralStream extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
      if (streaming <= 0) {
        return -1;
      }
      int n = source.read(b, off, (int) Math.min(len, streaming));
      if (n < 0) {
        throw new EOFException();
      }
      streaming -= n;
      return n;
    }
  }

  /// After a failure: reads and drops what belongs to the command, so that the next one is found.
  public void skipRest() throws IOException {
    if (streaming >= 0) {
      endLiteral();
    }
    long allowed = skipMax;
    for (long n = comingUnasked(); n >= 0; n = comingUnasked()) {
      allowed -= n;
      if (allowed < 0) {
        throw CommandException.bye("TOOBIG", "Literal too large");
      }
      line = NOTHING;
      drop(n);
      byte[] l = source.line(commandMax);
      if (l == null) {
        throw new EOFException();
      }
      line = l;
    }
    line = NOTHING;
    pos = 0;
  }

  /// The size of the literal that the client sends without waiting, or -1 if the line ends the
  /// command.
  private long comingUnasked() {
    int end = line.length;
    if (end < 4 || line[end - 1] != '}' || line[end - 2] != '+') {
      return -1;
    }
    int i = end - 3;
    while (i >= 0 && line[i] >= '0' && line[i] <= '9') {
      i--;
    }
    if (i < 0 || line[i] != '{' || i == end - 3) {
      return -1;
    }
    return end - 3 - i > 18 ? Long.MAX_VALUE : Long.parseLong(ascii(i + 1, end - 2));
  }

  private void drop(long n) throws IOException {
    byte[] b = n > 0 ? new byte[(int) Math.min(n, SKIP_BUFFER)] : NOTHING;
    for (long left = n; left > 0; ) {
      int k = source.read(b, 0, (int) Math.min(left, b.length));
      if (k < 0) {
        throw new EOFException();
      }
      left -= k;
    }
  }

  private String ascii(int from, int to) {
    return new String(line, from, to - from, StandardCharsets.US_ASCII);
  }

  private byte[] bytes(int from, int to) {
    byte[] b = new byte[to - from];
    System.arraycopy(line, from, b, 0, b.length);
    return b;
  }

  private CommandException expected(String what) {
    return CommandException.bad(
        "Expected " + what + (atEnd() ? " at the end" : " at octet " + pos));
  }
}
