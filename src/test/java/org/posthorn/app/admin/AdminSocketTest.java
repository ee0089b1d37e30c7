package org.posthorn.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.app.CommandFailed;

class AdminSocketTest {
  @TempDir private Path dir;

  private static Answer echo(Request request) {
    return switch (request.command()) {
      case "echo" ->
          Answer.done(
              List.of(request.need("text")),
              Wire.JSON.createObjectNode().put("text", request.need("text")));
      case "refuse" -> throw new CommandFailed("no");
      default -> throw new IllegalStateException("broken");
    };
  }

  @Test
  void aRequestGetsItsAnswer() throws Exception {
    try (AdminSocket socket = AdminSocket.open(dir, AdminSocketTest::echo)) {
      assertThat(socket).isNotNull();
      for (int i = 0; i < 3 * AdminSocket.CLIENTS_MAX; i++) {
        String text = "line\nend \"" + i;
        Answer answer =
            AdminClient.ask(dir, new Request("echo", Map.of("text", text))).orElseThrow();
        assertThat(answer.ok()).isTrue();
        assertThat(answer.lines()).containsExactly(text);
        assertThat(answer.result().get("text").stringValue()).isEqualTo(text);
      }
    }
  }

  @Test
  void theSocketIsTheOwnersAlone() throws Exception {
    try (AdminSocket socket = AdminSocket.open(dir, AdminSocketTest::echo)) {
      assertThat(socket).isNotNull();
      assertThat(Files.getPosixFilePermissions(dir.resolve(Wire.SOCKET)))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
    assertThat(dir.resolve(Wire.SOCKET)).doesNotExist();
  }

  @Test
  void refusalsAndFailuresAreOneLine() throws Exception {
    try (AdminSocket socket = AdminSocket.open(dir, AdminSocketTest::echo)) {
      assertThat(socket).isNotNull();
      assertThat(AdminClient.ask(dir, Request.of("refuse")).orElseThrow().error()).isEqualTo("no");
      assertThat(AdminClient.ask(dir, Request.of("break")).orElseThrow().error())
          .startsWith("the server failed: ");
      assertThat(AdminClient.ask(dir, Request.of("echo")).orElseThrow().error())
          .isEqualTo("echo needs text");
    }
  }

  @Test
  void nobodyThereIsNoAnswer() throws Exception {
    assertThat(AdminClient.ask(dir, Request.of("echo"))).isEmpty();
    // What a killed server leaves behind.
    try (var server = java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(dir.resolve(Wire.SOCKET)));
    }
    assertThat(dir.resolve(Wire.SOCKET)).exists();
    assertThat(AdminClient.ask(dir, Request.of("echo"))).isEmpty();
    try (AdminSocket socket = AdminSocket.open(dir, AdminSocketTest::echo)) {
      assertThat(socket).isNotNull();
      assertThat(AdminClient.ask(dir, Request.of("refuse"))).isPresent();
    }
  }

  @Test
  void aLongPathHasItsSocketElsewhere() throws Exception {
    Path deep = Files.createDirectories(dir.resolve("d".repeat(100)).resolve("e".repeat(100)));
    try (AdminSocket socket = AdminSocket.open(deep, AdminSocketTest::echo)) {
      assertThat(socket).isNotNull();
      assertThat(AdminClient.ask(deep, Request.of("refuse"))).isPresent();
    }
    assertThat(Files.list(deep)).isEmpty();
  }

  @Test
  void rubbishAndEndlessLinesAreTurnedAway() throws Exception {
    try (AdminSocket socket = AdminSocket.open(dir, AdminSocketTest::echo)) {
      assertThat(socket).isNotNull();
      assertThat(raw("{]\n")).contains("not a request");
      // What was not read of it may make the kernel's reset overtake the answer.
      assertThat(raw("x".repeat(Wire.REQUEST_MAX + 10_000))).doesNotContain("echo");
      assertThat(raw("null\n")).contains("not a request");
      assertThat(raw("{\"command\":\"refuse\",\"arguments\":{}}\n")).contains("\"no\"");
    }
  }

  private String raw(String text) throws Exception {
    try (SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(dir.resolve(Wire.SOCKET)))) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        byte[] line = Wire.receive(channel, Wire.ANSWER_MAX);
        return line == null ? "" : new String(line, StandardCharsets.UTF_8);
      } catch (java.io.IOException e) {
        return "";
      }
    }
  }
}
