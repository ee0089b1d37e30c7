package org.posthorn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.Await;

class DrainTest {
  private static final Duration LONG = Duration.ofSeconds(20);

  @Test
  void whoWaitsForACommandIsToldAndClosed(@TempDir Path directory) throws Exception {
    TlsContexts tls = Servers.selfSigned(directory);
    try (Listener listener = Servers.tls(TlsMode.STARTTLS, tls, Servers::echo);
        LineClient plain = LineClient.connect(listener.address());
        LineClient secure = LineClient.connect(listener.address())) {
      plain.expect("hello");
      secure.expect("hello");
      secure.send("starttls").expect("go ahead");
      secure.startTls();
      secure.send("one").expect("<one>");
      Thread drain = Thread.ofVirtual().start(() -> listener.drain(LONG));
      plain.expect("closing");
      plain.expectEnd();
      secure.expect("closing");
      secure.expectEnd();
      plain.endOutput();
      secure.endOutput();
      drain.join();
      assertThat(listener.limits().open()).isZero();
      assertThatThrownBy(() -> LineClient.connect(listener.address()))
          .isInstanceOf(java.net.ConnectException.class);
    }
  }

  @Test
  void whoIsInACommandMayFinishIt() throws Exception {
    CountDownLatch inCommand = new CountDownLatch(1);
    Listener.Handler handler =
        c -> {
          while (c.awaitCommand()) {
            c.in().readLine(100);
            inCommand.countDown();
            c.out().ascii("go on\r\n");
            c.in().readLine(100); // the rest of the command, as in DATA
            c.out().ascii("done\r\n");
          }
          c.out().ascii(c.draining() ? "closing\r\n" : "?\r\n");
        };
    try (Listener listener = Servers.plain(handler);
        LineClient client = LineClient.connect(listener.address())) {
      client.send("data").expect("go on");
      inCommand.await();
      Thread drain = Thread.ofVirtual().start(() -> listener.drain(LONG));
      Await.until(listener::draining);
      client.send("rest").expect("done");
      client.expect("closing");
      client.expectEnd();
      client.endOutput();
      drain.join();
    }
  }

  @Test
  void whoDoesNotFinishIsCut() throws Exception {
    try (Listener listener =
            Servers.plain(c -> {
              c.out().ascii("hello\r\n");
              c.in().readLine(100);
            });
        LineClient client = LineClient.connect(listener.address())) {
      client.expect("hello");
      listener.drain(Duration.ofMillis(50));
      assertThat(listener.connections()).isZero();
      client.expectEnd();
    }
  }

  @Test
  void pipelinedCommandsBehindTheBoundaryAreNotObeyed() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Listener.Handler handler =
        c -> {
          while (c.awaitCommand()) {
            c.out().bytes(c.in().readLine(100)).ascii("\r\n").flush();
            first.countDown();
            try {
              go.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }
          c.out().ascii("closing\r\n");
        };
    try (Listener listener = Servers.plain(handler);
        LineClient client = LineClient.connect(listener.address())) {
      client.raw("one\r\ntwo\r\n");
      first.await();
      Thread drain = Thread.ofVirtual().start(() -> listener.drain(LONG));
      Await.until(listener::draining);
      go.countDown();
      client.expect("one");
      client.expect("closing");
      client.expectEnd();
      client.endOutput();
      drain.join();
    }
  }
}
