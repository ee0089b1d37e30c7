package org.posthorn.bench;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/// A mail server that takes everything and keeps nothing but how much it was: the other end of what
/// sends. PIPELINING and 8BITMIME are offered, as by `smtp-sink`.
final class Sink implements Closeable {
  private final ServerSocket socket;
  private final AtomicLong messages = new AtomicLong();
  private final AtomicLong octets = new AtomicLong();

  Sink() throws IOException {
    socket = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  InetSocketAddress address() {
    return new InetSocketAddress("127.0.0.1", socket.getLocalPort());
  }

  long messages() {
    return messages.get();
  }

  long octets() {
    return octets.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket s = socket.accept();
        Thread.ofVirtual().start(() -> serve(s));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket s) {
    try (s) {
      s.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(s.getInputStream(), 16 * 1024);
      OutputStream out = s.getOutputStream();
      StringBuilder replies = new StringBuilder("220 sink.test ESMTP\r\n");
      while (true) {
        if (in.available() == 0) {
          send(out, replies);
        }
        String line = line(in);
        if (line == null) {
          return;
        }
        switch (line.length() < 4 ? line : line.substring(0, 4).toUpperCase()) {
          case "EHLO" -> replies.append("250-sink.test\r\n250-PIPELINING\r\n250 8BITMIME\r\n");
          case "DATA" -> {
            replies.append("354 go on\r\n");
            send(out, replies);
            octets.addAndGet(body(in));
            messages.incrementAndGet();
            replies.append("250 taken\r\n");
          }
          case "QUIT" -> {
            replies.append("221 bye\r\n");
            send(out, replies);
            return;
          }
          default -> replies.append("250 ok\r\n");
        }
      }
    } catch (IOException e) {
      // the other end went
    }
  }

  private static void send(OutputStream out, StringBuilder replies) throws IOException {
    out.write(replies.toString().getBytes(StandardCharsets.US_ASCII));
    replies.setLength(0);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder b = new StringBuilder();
    for (int c = in.read(); c >= 0; c = in.read()) {
      if (c == '\n') {
        return b.toString().strip();
      }
      b.append((char) c);
    }
    return null;
  }

  /// Octets up to the final dot.
  private static long body(InputStream in) throws IOException {
    String end = "\r\n.\r\n";
    int matched = 2;
    long count = 0;
    while (matched < end.length()) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("ended in the middle");
      }
      count++;
      matched = c == end.charAt(matched) ? matched + 1 : c == '\r' ? 1 : 0;
    }
    return count;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
