package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// The client's side of a test: says lines, expects lines.
public final class SmtpTalk implements AutoCloseable {
  private static final int PATIENCE_MS = 20_000;

  private Socket socket;

  // What is under TLS.
  private Socket plain;
  private InputStream in;
  private OutputStream out;

  SmtpTalk(InetSocketAddress address) {
    try {
      socket = new Socket(address.getAddress(), address.getPort());
      socket.setSoTimeout(PATIENCE_MS);
      socket.setTcpNoDelay(true);
      streams();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void streams() throws IOException {
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  /// Lines, each with its CRLF, in one write.
  public SmtpTalk say(String... lines) {
    return raw(String.join("\r\n", lines) + "\r\n");
  }

  /// A line in UTF-8 and the begin of its one-line reply, in UTF-8 likewise.
  public SmtpTalk askUtf8(String line, String begin) {
    raw((line + "\r\n").getBytes(StandardCharsets.UTF_8));
    String reply =
        new String(readLine().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    assertThat(reply).startsWith(begin);
    return this;
  }

  public SmtpTalk raw(String octets) {
    return raw(octets.getBytes(StandardCharsets.ISO_8859_1));
  }

  public SmtpTalk raw(byte[] octets) {
    try {
      out.write(octets);
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /// One line, or null at the end of the stream.
  public String readLine() {
    var line = new StringBuilder();
    try {
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c == '\n') {
          assertThat(line.charAt(line.length() - 1)).isEqualTo('\r');
          return line.substring(0, line.length() - 1);
        }
        line.append((char) c);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.isEmpty() ? null : line.toString();
  }

  /// A whole reply, with all its lines.
  public List<String> readReply() {
    var lines = new ArrayList<String>();
    while (true) {
      String line = readLine();
      if (line == null) {
        throw new AssertionError("connection closed after " + lines);
      }
      lines.add(line);
      if (line.length() < 4 || line.charAt(3) != '-') {
        return lines;
      }
    }
  }

  /// Replies, in order, each of one line that begins so.
  public SmtpTalk expect(String... begins) {
    for (String begin : begins) {
      List<String> reply = readReply();
      assertThat(reply).as("reply").hasSize(1);
      assertThat(reply.getFirst()).startsWith(begin);
    }
    return this;
  }

  public SmtpTalk expectLine(String begin) {
    assertThat(readLine()).startsWith(begin);
    return this;
  }

  public SmtpTalk expectExactly(String line) {
    assertThat(readLine()).isEqualTo(line);
    return this;
  }

  /// A line and the begin of its one-line reply.
  public SmtpTalk ask(String line, String begin) {
    return say(line).expect(begin);
  }

  public SmtpTalk hello() {
    say("EHLO bar.com");
    assertThat(readReply().getFirst()).startsWith("250");
    return this;
  }

  /// EHLO, and what was offered.
  public List<String> offered() {
    say("EHLO bar.com");
    return readReply().stream().map(l -> l.substring(4)).toList();
  }

  /// To behind an accepted recipient.
  public SmtpTalk envelope() {
    return hello().ask("MAIL FROM:<smith@bar.com>", "250 ").ask("RCPT TO:<jones@foo.com>", "250 ");
  }

  public SmtpTalk expectClosed() {
    assertThat(readLine()).isNull();
    return this;
  }

  public SmtpTalk startTls(SSLContext context) {
    try {
      plain = socket;
      SSLSocket tls =
          (SSLSocket)
              context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), false);
      tls.startHandshake();
      socket = tls;
      streams();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /// Says close_notify, then octets on the bare connection.
  public SmtpTalk endTlsAndSayInClear(String octets) {
    try {
      socket.close();
      plain.getOutputStream().write(octets.getBytes(StandardCharsets.ISO_8859_1));
      plain.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public SmtpTalk logIn(String name, String password) {
    return ask("AUTH PLAIN " + plain("", name, password), "235 2.7.0 ");
  }

  public static String plain(String authorization, String name, String password) {
    return base64(authorization + "\0" + name + "\0" + password);
  }

  public static String base64(String s) {
    return Base64.getEncoder().encodeToString(s.getBytes(StandardCharsets.UTF_8));
  }

  /// Cuts the connection without a word.
  public void cut() {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
      if (plain != null) {
        plain.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
