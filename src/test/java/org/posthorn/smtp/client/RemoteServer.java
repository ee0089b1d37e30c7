package org.posthorn.smtp.client;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// Another mail server, on loopback, that does what a test tells it. Text is ISO-8859-1, so that
/// every octet survives.
///
/// A test gives a [Script] for each connection, in their order; the last one is for all that
/// follow. [PoliteServer] is a script that behaves, but for what it is told otherwise.
public final class RemoteServer implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 20_000;

  /// One connection from the server's side.
  @FunctionalInterface
  public interface Script {
    void talk(Peer peer) throws IOException;
  }

  private final ServerSocket listening;
  private final Thread accepting;
  private final List<Script> scripts;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  private RemoteServer(InetSocketAddress at, List<Script> scripts) throws IOException {
    this.scripts = scripts;
    this.listening = new ServerSocket();
    listening.setReuseAddress(true);
    listening.bind(at, 50);
    accepting = Thread.ofVirtual().name("remote server").start(this::accept);
  }

  /// At 127.0.0.1, on a port of the kernel's choice.
  public static RemoteServer start(Script... scripts) throws IOException {
    return start("127.0.0.1", 0, scripts);
  }

  /// At an address of loopback, such as 127.0.0.2; several may share a port that way.
  public static RemoteServer start(String ip, int port, Script... scripts) throws IOException {
    return new RemoteServer(
        new InetSocketAddress(InetAddress.ofLiteral(ip), port), List.of(scripts));
  }

  public InetAddress address() {
    return listening.getInetAddress();
  }

  public int port() {
    return listening.getLocalPort();
  }

  /// Connections so far.
  public int connections() {
    return sockets.size();
  }

  /// All commands so far, of all connections.
  public List<String> lines() {
    return List.copyOf(lines);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        int n = sockets.size();
        sockets.add(socket);
        Script script = scripts.get(Math.min(n, scripts.size() - 1));
        Thread.ofVirtual().name("remote server #" + n).start(() -> serve(socket, script));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket socket, Script script) {
    try (socket) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      script.talk(new Peer(socket));
    } catch (IOException e) {
      // The client went, or the test is over: what the test expects it sees elsewhere.
    } catch (RuntimeException | Error e) {
      failures.add(e);
    }
  }

  /// Closes everything.
  ///
  /// @throws AssertionError when a script failed
  @Override
  public void close() throws IOException {
    listening.close();
    try {
      accepting.join(); // from here on nobody is accepted
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    for (Socket socket : sockets) {
      socket.close();
    }
    if (!failures.isEmpty()) {
      throw new AssertionError("a script failed, after " + lines, failures.getFirst());
    }
  }

  /// The client, as the server sees it.
  public final class Peer {
    private final Socket plain;
    private InputStream in;
    private OutputStream out;
    private boolean tls;

    Peer(Socket socket) throws IOException {
      this.plain = socket;
      use(socket);
    }

    private void use(Socket socket) throws IOException {
      in = socket.getInputStream();
      out = socket.getOutputStream();
    }

    public boolean tls() {
      return tls;
    }

    /// Sends lines, each with CRLF.
    public Peer send(String... replies) throws IOException {
      StringBuilder all = new StringBuilder();
      for (String reply : replies) {
        all.append(reply).append("\r\n");
      }
      return raw(all.toString());
    }

    /// Sends text as it is.
    public Peer raw(String text) throws IOException {
      return raw(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public Peer raw(byte[] octets) throws IOException {
      out.write(octets);
      out.flush();
      return this;
    }

    /// Sends text an octet at a time.
    public Peer drip(String text) throws IOException {
      for (byte b : text.getBytes(StandardCharsets.ISO_8859_1)) {
        out.write(b);
        out.flush();
      }
      return this;
    }

    /// The next command, without CRLF; a bare LF ends none. Null at the end.
    public String line() throws IOException {
      String line = rawLine();
      if (line != null) {
        lines.add(line);
      }
      return line;
    }

    private String rawLine() throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int last = -1;
      for (int b = in.read(); b != '\n' || last != '\r'; b = in.read()) {
        if (b < 0) {
          return null;
        }
        line.write(b);
        last = b;
      }
      String text = line.toString(StandardCharsets.ISO_8859_1);
      return text.substring(0, text.length() - 1);
    }

    /// The next command, which must begin so.
    public String expect(String prefix) throws IOException {
      String line = line();
      if (line == null) {
        throw new EOFException("end instead of " + prefix);
      }
      if (!line.startsWith(prefix)) {
        throw new AssertionError("<" + line + "> instead of <" + prefix + "…>");
      }
      return line;
    }

    /// The octets up to the final dot, as they stand on the wire, dots doubled, without the dot.
    public String data() throws IOException {
      StringBuilder octets = new StringBuilder();
      for (String line = rawLine(); !".".equals(line); line = rawLine()) {
        if (line == null) {
          throw new EOFException("end within a message");
        }
        octets.append(line).append("\r\n");
      }
      return octets.toString();
    }

    public String octets(int n) throws IOException {
      byte[] octets = in.readNBytes(n);
      if (octets.length < n) {
        throw new EOFException("end within a chunk");
      }
      return new String(octets, StandardCharsets.ISO_8859_1);
    }

    /// Octets that have arrived and were not read.
    public int available() throws IOException {
      return in.available();
    }

    /// Reads to the end, and tells how much that was.
    public long drain() throws IOException {
      return in.transferTo(OutputStream.nullOutputStream());
    }

    public Peer startTls(SSLContext context) throws IOException {
      SSLSocket socket =
          (SSLSocket) context.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
      socket.setUseClientMode(false);
      socket.startHandshake();
      use(socket);
      tls = true;
      return this;
    }

    public Socket socket() {
      return plain;
    }

    /// Closes with a reset, as a machine that crashed.
    public void reset() throws IOException {
      plain.setSoLinger(true, 0);
      plain.close();
    }
  }
}
