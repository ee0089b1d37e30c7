package org.posthorn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.Await;

class TlsTest {
  private static TlsContexts tls;

  @BeforeAll
  static void certificate(@TempDir Path directory) throws IOException {
    tls = Servers.selfSigned(directory);
  }

  private static SSLParameters only(String protocol) {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {protocol});
    return parameters;
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void talks(String protocol) throws IOException {
    try (Listener listener = Servers.tls(TlsMode.IMPLICIT, tls, Servers::echo);
        LineClient client = LineClient.connect(listener.address())) {
      client.startTls(LineClient.trustAll(), only(protocol));
      assertThat(client.tls().getSession().getProtocol()).isEqualTo(protocol);
      assertThat(client.tls().getSession().getCipherSuite()).contains("AES_128_GCM");
      client.expect("hello");
      client.drip("one\r\n").expect("<one>");
      client.raw("two\r\nthree\r\nquit\r\n");
      client.expect("<two>");
      client.expect("<three>");
      client.expect("goodbye");
      client.expectEnd(); // by close_notify, or the client would throw
    }
  }

  @Test
  void startsTlsOnRequest() throws IOException {
    try (Listener listener = Servers.tls(TlsMode.STARTTLS, tls, Servers::echo);
        LineClient client = LineClient.connect(listener.address())) {
      client.expect("hello");
      client.send("starttls").expect("go ahead");
      client.startTls();
      client.send("one").expect("<one>");
    }
  }

  @Test
  void forgetsWhatCameInClearBehindStarttls() throws IOException {
    // CVE-2011-0411: commands in the same packet must not be obeyed inside TLS.
    try (Listener listener = Servers.tls(TlsMode.STARTTLS, tls, Servers::echo);
        LineClient client = LineClient.connect(listener.address())) {
      client.expect("hello");
      client.raw("starttls\r\ninjected\r\n").expect("go ahead");
      client.startTls();
      client.send("one").expect("<one>");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.1", "TLSv1"})
  void refusesOldVersions(String protocol) throws Exception {
    // Our own engine would not offer them, so this ClientHello is made by hand: version 3.2 or 3.1,
    // one suite, no extensions.
    int minor = protocol.equals("TLSv1.1") ? 2 : 1;
    byte[] hello = new byte[5 + 4 + 2 + 32 + 1 + 4 + 2];
    byte[] head = {22, 3, 1, 0, 45, 1, 0, 0, 41, 3, (byte) minor};
    System.arraycopy(head, 0, hello, 0, head.length);
    byte[] tail = {0, 0, 2, (byte) 0xc0, 0x13, 1, 0};
    System.arraycopy(tail, 0, hello, 43, tail.length);
    try (Listener listener = Servers.tls(TlsMode.IMPLICIT, tls, Servers::echo);
        LineClient client = LineClient.connect(listener.address())) {
      byte[] alert = client.raw(hello).readAll();
      assertThat(alert).hasSize(7).startsWith(21).endsWith(2, 70); // fatal, protocol_version
      assertThat(listener.limits().counters().handshakesFailed.sum()).isEqualTo(1);
    }
  }

  @Test
  void junkInsteadOfAHandshakeEnds() throws IOException {
    try (Listener listener = Servers.tls(TlsMode.IMPLICIT, tls, Servers::echo);
        LineClient client = LineClient.connect(listener.address())) {
      client.send("EHLO example.test\r\n");
      client.readAll();
      Await.until(() -> listener.connections() == 0);
      assertThat(listener.limits().counters().handshakesFailed.sum()).isEqualTo(1);
      assertThat(listener.limits().bufferBytes()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 100})
  void handshakeHasADeadline(int octets) throws IOException {
    ListenerConfig config =
        Servers.config(TlsMode.IMPLICIT).withHandshakeTimeout(Duration.ofMillis(100));
    byte[] begin = new byte[octets];
    for (int i = 0; i < octets; i++) {
      begin[i] = i < 3 ? new byte[] {22, 3, 1}[i] : 1;
    }
    try (Listener listener =
            Listener.open(config, new Limits(), tls, Ticker.SYSTEM, Servers::echo);
        LineClient client = LineClient.connect(listener.address())) {
      client.raw(begin);
      client.readAll();
      assertThat(listener.limits().counters().handshakesFailed.sum()).isEqualTo(1);
    }
  }

  @Test
  void refusesRenegotiation() throws IOException {
    try (Listener listener = Servers.tls(TlsMode.IMPLICIT, tls, Servers::echo);
        LineClient client = LineClient.connect(listener.address())) {
      client.startTls(LineClient.trustAll(), only("TLSv1.2")).expect("hello");
      client.tls().startHandshake();
      assertThatThrownBy(() -> client.send("one").expect("<one>"))
          .isInstanceOfAny(IOException.class, AssertionError.class);
      Await.until(() -> listener.connections() == 0);
    }
  }

  @Test
  void keyUpdatesAreAnswered() throws IOException {
    try (Listener listener = Servers.tls(TlsMode.IMPLICIT, tls, Servers::echo);
        LineClient client = LineClient.connect(listener.address())) {
      client.startTls(LineClient.trustAll(), only("TLSv1.3")).expect("hello");
      for (int i = 0; i < 100; i++) {
        client.tls().startHandshake(); // in TLS 1.3 this is a key update
        client.send("n" + i).expect("<n" + i + ">");
      }
    }
  }

  @Test
  void keyUpdatesWithoutEndAreNot() throws IOException {
    try (Listener listener = Servers.tls(TlsMode.IMPLICIT, tls, Servers::echo);
        LineClient client = LineClient.connect(listener.address())) {
      client.startTls(LineClient.trustAll(), only("TLSv1.3")).expect("hello");
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  client.tls().startHandshake();
                }
                client.send("one").expect("<one>");
              })
          .isInstanceOfAny(IOException.class, AssertionError.class);
      Await.until(() -> listener.connections() == 0);
    }
  }

  @Test
  void sessionsResume() throws IOException {
    SSLContext context = LineClient.trustAll();
    for (String protocol : new String[] {"TLSv1.3", "TLSv1.2"}) {
      try (Listener listener = Servers.tls(TlsMode.IMPLICIT, tls, Servers::echo)) {
        long created = 0;
        for (int i = 0; i < 2; i++) {
          try (LineClient client = LineClient.connect(listener.address())) {
            client.startTls(context, only(protocol)).expect("hello");
            long creation = client.tls().getSession().getCreationTime();
            assertThat(i == 0 || creation == created).as(protocol).isTrue();
            created = creation;
          }
        }
      }
    }
  }

  @Test
  void afterCloseNotifyNothingInClearIsRead() throws Exception {
    AtomicReference<Integer> read = new AtomicReference<>();
    try (Listener listener =
            Servers.tls(
                TlsMode.IMPLICIT,
                tls,
                c -> {
                  c.out().ascii("hello\r\n").flush();
                  assertThat(c.in().readLine(100)).isNotNull();
                  read.set(c.in().read());
                });
        SocketChannel channel = SocketChannel.open(listener.address())) {
      // Our own layer as a client: the JDK's sockets would not write on behind close_notify.
      Wire wire = new Wire(channel, new Buffers(), Ticker.SYSTEM);
      SSLEngine engine = LineClient.trustAll().createSSLEngine();
      engine.setUseClientMode(true);
      TlsLayer client = new TlsLayer(engine, wire);
      client.handshake(new Chunk());
      byte[] data = "DATA\r\n".getBytes(StandardCharsets.US_ASCII);
      client.write(data, 0, data.length);
      client.close();
      byte[] quit = "QUIT\r\n".getBytes(StandardCharsets.US_ASCII);
      wire.write(quit, 0, quit.length);
      Await.until(() -> read.get() != null);
      assertThat(read.get()).isEqualTo(-1);
    }
  }

  @Test
  void aStreamCutWithoutCloseNotifyIsAnEnd() throws IOException {
    AtomicReference<Integer> read = new AtomicReference<>();
    try (Listener listener =
            Servers.tls(
                TlsMode.IMPLICIT,
                tls,
                c -> {
                  c.out().ascii("hello\r\n").flush();
                  read.set(c.in().read());
                });
        LineClient client = LineClient.connect(listener.address())) {
      var plain = client.socket();
      client.startTls().expect("hello");
      plain.shutdownOutput();
      Await.until(() -> read.get() != null);
      assertThat(read.get()).isEqualTo(-1);
    }
  }

  @Test
  void starttlsIsNotOfferedTwiceNorWithoutCertificates() throws IOException {
    Listener.Handler handler =
        c -> {
          c.out().ascii(c.canStartTls() + " " + c.secure() + "\r\n").flush();
          if (c.canStartTls()) {
            c.startTls();
            c.out().ascii(c.canStartTls() + " " + c.secure() + "\r\n").flush();
            c.out().ascii(c.tlsSession().orElseThrow().getProtocol() + "\r\n");
          }
        };
    try (Listener listener = Servers.tls(TlsMode.STARTTLS, tls, handler);
        LineClient client = LineClient.connect(listener.address())) {
      client.expect("true false");
      client.startTls();
      client.expect("false true");
      client.expect("TLSv1.3");
    }
    try (Listener listener = Servers.plain(handler);
        LineClient client = LineClient.connect(listener.address())) {
      client.expect("false false");
    }
  }

  @Test
  void aFailedHandshakeLeavesNothingInClear() throws IOException {
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (Listener listener =
            Servers.tls(
                TlsMode.STARTTLS,
                tls,
                c -> {
                  c.out().ascii("go ahead\r\n");
                  try {
                    c.startTls();
                  } catch (IOException e) {
                    failure.set(e);
                    c.out().ascii("secret\r\n").flush();
                  }
                });
        LineClient client = LineClient.connect(listener.address())) {
      client.expect("go ahead");
      client.send("this is no ClientHello at all");
      assertThat(new String(client.readAll(), StandardCharsets.ISO_8859_1))
          .doesNotContain("secret");
      assertThat(failure.get()).isInstanceOf(SSLException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void carriesMegabytesBothWaysAtOnce(long seed) throws Exception {
    int size = 4_000_000;
    byte[] up = new byte[size];
    byte[] down = new byte[size];
    new Random(seed).nextBytes(up);
    new Random(seed + 100).nextBytes(down);
    CompletableFuture<byte[]> received = new CompletableFuture<>();
    Listener.Handler handler =
        c -> {
          Thread writer =
              Thread.ofVirtual().start(() -> writeInChunks(c, down, new Random(seed + 1)));
          byte[] all = new byte[size];
          Random random = new Random(seed + 2);
          for (int at = 0; at < size; ) {
            int n = c.in().read(all, at, Math.min(size - at, 1 + random.nextInt(40_000)));
            at += n;
          }
          join(writer);
          received.complete(all);
        };
    try (Listener listener = Servers.tls(TlsMode.IMPLICIT, tls, handler);
        LineClient client = LineClient.connectTls(listener.address())) {
      Thread sender =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  Random random = new Random(seed + 3);
                  for (int at = 0; at < size; ) {
                    int n = Math.min(size - at, 1 + random.nextInt(50_000));
                    client.raw(Arrays.copyOfRange(up, at, at + n));
                    at += n;
                  }
                } catch (IOException e) {
                  received.completeExceptionally(e);
                }
              });
      byte[] got = new byte[size];
      new DataInputStream(client.socket().getInputStream()).readFully(got);
      assertThat(Arrays.equals(got, down)).isTrue();
      assertThat(Arrays.equals(received.get(), up)).isTrue();
      sender.join();
      assertThat(listener.limits().counters().handshakes.sum()).isEqualTo(1);
    }
  }

  private static void writeInChunks(Connection c, byte[] bytes, Random random) {
    try {
      for (int at = 0; at < bytes.length; ) {
        int n = Math.min(bytes.length - at, 1 + random.nextInt(60_000));
        c.out().write(bytes, at, n);
        at += n;
        if (random.nextInt(5) == 0) {
          c.out().flush();
        }
      }
      c.out().flush();
    } catch (IOException e) {
      c.close();
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aClientThatTrustsNobodyIsNoTrouble() throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, null, null);
    try (Listener listener = Servers.tls(TlsMode.IMPLICIT, tls, Servers::echo)) {
      try (LineClient client = LineClient.connect(listener.address())) {
        assertThatThrownBy(() -> client.startTls(context, null))
            .isInstanceOf(SSLHandshakeException.class);
      }
      try (LineClient client = LineClient.connectTls(listener.address())) {
        client.expect("hello");
      }
    }
  }
}
