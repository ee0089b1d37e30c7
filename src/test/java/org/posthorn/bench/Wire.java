package org.posthorn.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/// A client's connection of any line protocol, as cheap as it gets: the machine is shared with the
/// server that is measured.
final class Wire implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 120_000;
  private static final int BUFFER = 16 * 1024;

  // One for all, so that sessions are resumed, as mail programs do.
  private static final SSLContext TRUST_ALL = trustAll();
  private static final LongAdder WHOLE = new LongAdder();

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private byte[] buffer; // null when nothing is buffered
  private int pos;
  private int limit;
  private long literals;

  private Wire(Socket socket) throws IOException {
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  /// @param from address of this machine to come from, or null
  static Wire connect(InetSocketAddress to, boolean tls, String from) throws IOException {
    Socket socket = new Socket();
    try {
      if (from != null) {
        socket.bind(new InetSocketAddress(from, 0));
      }
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.connect(to, TIMEOUT_MILLIS);
      if (!tls) {
        return new Wire(socket);
      }
      return new Wire(secure(socket, to));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /// With TLS, by a client that resumes its own sessions and nobody else's. A session can be
  /// resumed but once (RFC 8446 §C.4), so clients at work together need one each.
  ///
  /// @param client its name, without a dot; a new one has nothing to resume
  static Wire connectAs(String client, InetSocketAddress to) throws IOException {
    Wire plain = connect(to, false, null);
    try {
      return new Wire(secure(plain.socket, client, to.getPort()));
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }

  /// Handshakes so far, of all connections, in which the server proved who it is: those that did
  /// not resume a session.
  static long wholeHandshakes() {
    return WHOLE.sum();
  }

  private static SSLSocket secure(Socket socket, InetSocketAddress to) throws IOException {
    return secure(socket, to.getHostString(), to.getPort());
  }

  private static SSLSocket secure(Socket socket, String host, int port) throws IOException {
    SSLSocket secure =
        (SSLSocket) TRUST_ALL.getSocketFactory().createSocket(socket, host, port, true);
    secure.startHandshake();
    return secure;
  }

  /// The same connection with TLS, after STARTTLS was answered; it takes the place of this.
  Wire secured(InetSocketAddress to) throws IOException {
    if (pos < limit) {
      throw new IOException("something was said before TLS");
    }
    return new Wire(secure(socket, to));
  }

  void send(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  void send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  /// The next line without its end.
  String line() throws IOException {
    StringBuilder line = new StringBuilder(80);
    while (true) {
      fill();
      while (pos < limit) {
        byte b = buffer[pos++];
        if (b == '\n') {
          int end = line.length();
          if (end > 0 && line.charAt(end - 1) == '\r') {
            line.setLength(end - 1);
          }
          return line.toString();
        }
        line.append((char) (b & 0xff));
      }
    }
  }

  /// A line that begins so.
  String expect(String begin) throws IOException {
    String line = line();
    if (!line.startsWith(begin)) {
      throw new IOException("expected " + begin + ", got: " + line);
    }
    return line;
  }

  String ask(String line, String begin) throws IOException {
    send(line + "\r\n");
    return expect(begin);
  }

  /// The last line of an SMTP reply, which may have several.
  String reply(String begin) throws IOException {
    String line = expect(begin);
    while (line.length() > 3 && line.charAt(3) == '-') {
      line = expect(begin);
    }
    return line;
  }

  /// Reads to the line that is a dot alone; the octets before it.
  long multiline() throws IOException {
    long octets = 0;
    int state = 2; // 0 within a line, 1 CR, 2 begin of a line, 3 dot there, 4 dot and CR
    while (true) {
      fill();
      int from = pos;
      while (pos < limit) {
        byte b = buffer[pos++];
        if (b == '\n') {
          if (state == 4) {
            return octets + pos - from - 3;
          }
          state = state == 1 ? 2 : 0;
        } else if (b == '\r') {
          state = state == 3 ? 4 : 1;
        } else {
          state = state == 2 && b == '.' ? 3 : 0;
        }
      }
      octets += pos - from;
    }
  }

  /// Reads IMAP responses up to the tagged one, which must be OK; how many came before it. Literals
  /// are passed over.
  int imapAnswer(String tag) throws IOException {
    byte[] tagged = (tag + " ").getBytes(StandardCharsets.US_ASCII);
    int responses = 0;
    boolean begins = true;
    while (true) {
      int end = lineEnd();
      boolean last = begins && begins(tagged, end);
      if (last && !begins((tag + " OK").getBytes(StandardCharsets.US_ASCII), end)) {
        throw new IOException(new String(buffer, pos, end - pos, StandardCharsets.ISO_8859_1));
      }
      responses += begins && !last ? 1 : 0;
      long literal = last ? -1 : literal(end);
      pos = end + 1;
      if (last) {
        return responses;
      }
      begins = literal < 0;
      literals += Math.max(0, literal);
      skip(Math.max(0, literal));
    }
  }

  /// Octets of literals that [#imapAnswer] has passed over so far.
  long literals() {
    return literals;
  }

  /// Sends an IMAP command, which must be answered with one literal and OK; the literal.
  byte[] literalOf(String tag, String command) throws IOException {
    send(tag + " " + command + "\r\n");
    byte[] octets = null;
    for (String line = line(); !line.startsWith(tag + " "); line = line()) {
      if (line.endsWith("}") && octets == null) {
        octets = new byte[Integer.parseInt(line.replaceAll(".*\\{(\\d+)}", "$1"))];
        for (int n = 0; n < octets.length; ) {
          fill();
          int some = Math.min(octets.length - n, limit - pos);
          System.arraycopy(buffer, pos, octets, n, some);
          pos += some;
          n += some;
        }
      }
    }
    if (octets == null) {
      throw new IOException(command + " gave no literal");
    }
    return octets;
  }

  /// Index of the next LF; the line lies in the buffer as a whole.
  private int lineEnd() throws IOException {
    int from = pos;
    while (true) {
      for (int i = from; i < limit; i++) {
        if (buffer[i] == '\n') {
          return i;
        }
      }
      from = limit - pos;
      if (buffer == null) {
        buffer = new byte[BUFFER];
      } else if (limit - pos == buffer.length) {
        buffer = Arrays.copyOf(buffer, 2 * buffer.length);
      }
      System.arraycopy(buffer, pos, buffer, 0, limit - pos);
      limit -= pos;
      pos = 0;
      int n = in.read(buffer, limit, buffer.length - limit);
      if (n < 0) {
        throw new EOFException("the server closed the connection");
      }
      limit += n;
    }
  }

  private boolean begins(byte[] with, int end) {
    return end - pos >= with.length
        && Arrays.equals(buffer, pos, pos + with.length, with, 0, with.length);
  }

  /// The size in `{n}` at the end of the line, or -1.
  private long literal(int end) {
    int i = end > pos && buffer[end - 1] == '\r' ? end - 2 : end - 1;
    if (i < pos || buffer[i] != '}') {
      return -1;
    }
    long n = 0;
    long place = 1;
    for (i--; i >= pos && buffer[i] >= '0' && buffer[i] <= '9'; i--) {
      n += place * (buffer[i] - '0');
      place *= 10;
    }
    return i >= pos && buffer[i] == '{' ? n : -1;
  }

  private void skip(long octets) throws IOException {
    for (long left = octets; left > 0; ) {
      fill();
      int n = (int) Math.min(left, limit - pos);
      pos += n;
      left -= n;
    }
  }

  private void fill() throws IOException {
    if (pos < limit) {
      return;
    }
    if (buffer == null) {
      buffer = new byte[BUFFER];
    }
    pos = 0;
    limit = Math.max(0, in.read(buffer));
    if (limit == 0) {
      throw new EOFException("the server closed the connection");
    }
  }

  /// Forgets the buffer, for a connection that will be idle.
  Wire rest() {
    if (pos < limit) {
      throw new IllegalStateException("something was not read");
    }
    buffer = null;
    pos = 0;
    limit = 0;
    return this;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed.
    }
  }

  private static SSLContext trustAll() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new Believer()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static final class Believer implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
      WHOLE.increment();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
