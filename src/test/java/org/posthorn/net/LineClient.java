package org.posthorn.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// A client for tests of line protocols: plain, TLS that trusts everything, or STARTTLS. Text is
/// ISO-8859-1, so that every octet survives. Every wait ends after a timeout with an exception.
public final class LineClient implements AutoCloseable {
  public static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Socket plain;
  private Socket socket;
  private InputStream in;
  private OutputStream out;

  private LineClient(Socket socket) throws IOException {
    this.plain = socket;
    use(socket);
  }

  /// Connects in clear.
  public static LineClient connect(InetSocketAddress to) throws IOException {
    return connect(to, null);
  }

  /// Connects in clear from an address of this machine, such as 127.0.0.2.
  public static LineClient connect(InetSocketAddress to, String from) throws IOException {
    Socket socket = new Socket();
    try {
      if (from != null) {
        socket.bind(new InetSocketAddress(Addresses.parse(from), 0));
      }
      socket.setTcpNoDelay(true);
      socket.connect(to, (int) TIMEOUT.toMillis());
      return new LineClient(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /// Connects with TLS from the first byte.
  public static LineClient connectTls(InetSocketAddress to) throws IOException {
    LineClient client = connect(to);
    try {
      return client.startTls();
    } catch (IOException e) {
      client.close();
      throw e;
    }
  }

  /// An SSLContext that trusts everybody.
  public static SSLContext trustAll() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {new TrustAll()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// Makes a TLS handshake now.
  public LineClient startTls() throws IOException {
    return startTls(trustAll(), null);
  }

  /// Makes a TLS handshake, asking for a server by name.
  public LineClient startTls(String serverName) throws IOException {
    SSLParameters parameters = new SSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(serverName)));
    return startTls(trustAll(), parameters);
  }

  /// Makes a TLS handshake with a context and parameters (null: the usual).
  public LineClient startTls(SSLContext context, SSLParameters parameters) throws IOException {
    SSLSocket tls =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(
                    plain, plain.getInetAddress().getHostAddress(), plain.getPort(), true);
    if (parameters != null) {
      tls.setSSLParameters(parameters);
    }
    tls.startHandshake();
    use(tls);
    return this;
  }

  /// From here on both directions are compressed.
  public LineClient compress() {
    in = new InflaterInputStream(in, new Inflater(true), 512);
    out = new DeflaterOutputStream(out, new Deflater(6, true), 512, true);
    return this;
  }

  /// The TLS socket, for what a test wants to know of it; fails in clear.
  public SSLSocket tls() {
    return (SSLSocket) socket;
  }

  public Socket socket() {
    return socket;
  }

  private void use(Socket s) throws IOException {
    socket = s;
    s.setSoTimeout((int) TIMEOUT.toMillis());
    in = s.getInputStream();
    out = s.getOutputStream();
  }

  public LineClient timeout(Duration timeout) throws IOException {
    socket.setSoTimeout((int) timeout.toMillis());
    return this;
  }

  /// Sends text and CRLF.
  public LineClient send(String line) throws IOException {
    return raw(line + "\r\n");
  }

  /// Sends text as it is.
  public LineClient raw(String text) throws IOException {
    return raw(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public LineClient raw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
    return this;
  }

  /// Sends bytes one at a time, each in its own segment as far as the kernel likes.
  public LineClient drip(String text) throws IOException {
    for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
      out.write(b);
      out.flush();
    }
    return this;
  }

  /// The next line without its end (CRLF or LF), or null at the end of the stream.
  public String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        if (line.size() > 0) {
          throw new EOFException("stream ended in a line: " + text(line.toByteArray()));
        }
        return null;
      }
      line.write(b);
    }
    String text = text(line.toByteArray());
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  public byte[] readBytes(int n) throws IOException {
    byte[] bytes = in.readNBytes(n);
    if (bytes.length < n) {
      throw new EOFException("stream ended after " + bytes.length + " of " + n + " octets");
    }
    return bytes;
  }

  /// Everything to the end of the stream.
  public byte[] readAll() throws IOException {
    return in.readAllBytes();
  }

  /// Reads a line and checks that it begins with `prefix`.
  public String expect(String prefix) throws IOException {
    String line = readLine();
    assertThat(line).as("line that begins with <%s>", prefix).isNotNull().startsWith(prefix);
    return line;
  }

  /// Reads a line and checks that all of it matches.
  public String expect(Pattern pattern) throws IOException {
    String line = readLine();
    assertThat(line).isNotNull().matches(pattern);
    return line;
  }

  /// Reads lines until one begins with `prefix`; that one is the last of those returned.
  public List<String> readUntil(String prefix) throws IOException {
    List<String> lines = new ArrayList<>();
    while (true) {
      String line = readLine();
      assertThat(line).as("line that begins with <%s>, after %s", prefix, lines).isNotNull();
      lines.add(line);
      if (line.startsWith(prefix)) {
        return lines;
      }
    }
  }

  /// Sends a line and reads lines until one begins with `prefix`.
  public List<String> ask(String line, String prefix) throws IOException {
    return send(line).readUntil(prefix);
  }

  /// Checks that the server ends the stream now.
  public void expectEnd() throws IOException {
    assertThat(in.read()).as("end of stream").isEqualTo(-1);
  }

  /// Tells the server that nothing more comes, and goes on reading.
  public LineClient endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /// Closes with a reset, as a machine that crashed.
  public void reset() throws IOException {
    plain.setSoLinger(true, 0);
    plain.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
    plain.close();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  static final class TrustAll extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket s) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket s) {}

    @Override
    public void checkClientTrusted(
        X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public void checkServerTrusted(
        X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
