package org.posthorn.interop;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// A client's connection for SMTP and IMAP. Text is ISO-8859-1. Whatever goes wrong is an
/// IOException: the server may die at any moment.
final class Talk implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 60_000;

  private final Socket socket;
  private final InputStream in;
  private int tags;

  Talk(InetSocketAddress to) throws IOException {
    socket = new Socket();
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.setTcpNoDelay(true);
    try {
      socket.connect(to, TIMEOUT_MILLIS);
      in = new BufferedInputStream(socket.getInputStream(), 1 << 14);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  Talk send(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server is gone");
      }
      line.append((char) c);
    }
    int end = line.length();
    return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
  }

  /// An SMTP reply, which must have this code.
  void reply(String code) throws IOException {
    String line;
    do {
      line = line();
      if (!line.startsWith(code)) {
        throw new AssertionError("expected " + code + ": " + line);
      }
    } while (line.length() > 3 && line.charAt(3) == '-');
  }

  /// One IMAP response: its text with each literal in place of its announcement.
  private String response() throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      String line = line();
      text.append(line);
      int brace = line.endsWith("}") ? line.lastIndexOf('{') : -1;
      if (brace < 0) {
        return text.toString();
      }
      int octets = Integer.parseInt(line.substring(brace + 1, line.length() - 1));
      byte[] literal = in.readNBytes(octets);
      if (literal.length < octets) {
        throw new EOFException("the server is gone");
      }
      text.append("\r\n").append(new String(literal, StandardCharsets.ISO_8859_1));
    }
  }

  /// Says an IMAP command; the untagged responses, and last the tagged one, which must be OK.
  List<String> command(String command) throws IOException {
    String tag = "t" + ++tags;
    send(tag + " " + command + "\r\n");
    List<String> responses = new ArrayList<>();
    while (true) {
      String response = response();
      responses.add(response);
      if (response.startsWith(tag + " ")) {
        if (!response.startsWith(tag + " OK")) {
          throw new AssertionError(command + ": " + response);
        }
        return responses;
      }
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is closed.
    }
  }
}
