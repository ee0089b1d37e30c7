package org.posthorn.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.posthorn.Await;

/// Both directions compressed, over clear connections and over TLS.
class DeflateLayerTest {
  private static LineClient connect(Listener listener, TlsMode mode) throws IOException {
    LineClient c =
        mode == TlsMode.NONE
            ? LineClient.connect(listener.address())
            : LineClient.connectTls(listener.address());
    c.expect("hello");
    c.send("compress").expect("compressed");
    return c.compress();
  }

  /// Who waits holds no buffer and no deflater, and goes on afterwards as if nothing had been.
  @ParameterizedTest
  @EnumSource(
      value = TlsMode.class,
      names = {"NONE", "IMPLICIT"})
  void talksAndRests(TlsMode mode, @TempDir Path directory) throws IOException {
    TlsContexts tls = mode == TlsMode.NONE ? null : Servers.selfSigned(directory);
    List<LineClient> clients = new ArrayList<>();
    try (Listener listener = Servers.tls(mode, tls, Servers::echo)) {
      Limits limits = listener.limits();
      for (int i = 0; i < 10; i++) {
        clients.add(connect(listener, mode));
      }
      for (int round = 0; round < 2; round++) {
        for (LineClient c : clients) {
          String text = "round " + round + " " + "words again and again ".repeat(30);
          c.send(text).expect("<" + text + ">");
          c.send("x".repeat(50_000)).expect("too long");
          c.drip("slow\r\n");
          c.expect("<slow>");
        }
        Await.until(() -> limits.bufferBytes() == 0 && limits.buffers().deflaters() == 0);
      }
      for (LineClient c : clients) {
        c.send("quit").expect("goodbye");
        c.expectEnd();
        c.close();
      }
      Await.until(() -> limits.open() == 0);
      assertThat(limits.bufferBytes()).isZero();
      assertThat(limits.buffers().deflaters()).isZero();
    }
  }

  /// Octets behind the command belong to the compressed stream, although a client should wait.
  @Test
  void whatCameWithTheCommandIsCompressed() throws IOException {
    try (Listener listener = Servers.plain(Servers::echo);
        LineClient c = LineClient.connect(listener.address())) {
      c.expect("hello");
      var all = new ByteArrayOutputStream();
      all.writeBytes("compress\r\n".getBytes());
      all.writeBytes(deflated("early\r\n".getBytes()));
      c.raw(all.toByteArray());
      c.expect("compressed");
      c.compress().expect("<early>");
    }
  }

  private static byte[] deflated(byte[] b) throws IOException {
    var out = new ByteArrayOutputStream();
    var d = new DeflaterOutputStream(out, new Deflater(9, true), 512, true);
    d.write(b);
    d.flush();
    return out.toByteArray();
  }

  /// A few octets that unfold to very many are read no faster than the limits allow.
  @Test
  void bomb() throws IOException {
    byte[] bomb = deflated(new byte[Input.DROP_MAX * 4]);
    assertThat(bomb.length).isLessThan(20_000);
    try (Listener listener = Servers.plain(Servers::echo);
        LineClient c = LineClient.connect(listener.address())) {
      c.expect("hello");
      c.send("compress").expect("compressed");
      c.raw(bomb);
      c.compress().expect("too long");
      c.expectEnd();
    }
  }

  @Test
  void damagedAndEmptyStreamsEndTheConnection() throws IOException {
    byte[] empty = new byte[] {0, 0, 0, (byte) 0xff, (byte) 0xff};
    try (Listener listener = Servers.plain(Servers::echo)) {
      LineClient damaged = LineClient.connect(listener.address());
      damaged.expect("hello");
      damaged.send("compress").expect("compressed");
      damaged.raw(new byte[] {7, 7, 7, 7});
      damaged.compress().expectEnd();
      LineClient idle = LineClient.connect(listener.address());
      idle.expect("hello");
      idle.send("compress").expect("compressed");
      try {
        for (int i = 0; i < 100_000; i++) {
          idle.raw(empty);
        }
      } catch (IOException e) {
        assertThat(e).isNotNull(); // cut while we wrote
      }
      Await.until(() -> listener.limits().open() == 0);
      assertThat(listener.limits().counters().handlersFailed.sum()).isZero();
      damaged.close();
      idle.close();
    }
  }

  @Test
  void withoutADeflaterBlocksAreStored() throws IOException {
    try (Listener listener = Servers.plain(Servers::echo);
        LineClient c = connect(listener, TlsMode.NONE)) {
      Buffers buffers = listener.limits().buffers();
      c.send("before").expect("<before>");
      Await.until(() -> buffers.deflaters() == 0);
      List<Deflater> all = new ArrayList<>();
      for (int i = 0; i < Buffers.DEFLATERS_MAX; i++) {
        all.add(buffers.takeDeflater());
      }
      assertThat(all).doesNotContainNull();
      assertThat(buffers.takeDeflater()).isNull();
      c.send("stored").expect("<stored>");
      c.send("again").expect("<again>");
      all.forEach(buffers::giveDeflater);
      c.send("deflated").expect("<deflated>");
      c.send("after").expect("<after>");
    }
  }
}
