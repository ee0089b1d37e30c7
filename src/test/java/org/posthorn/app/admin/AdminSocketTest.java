package org.posthorn.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
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

  private static Answer echo(Request request, InputStream octets) {
    return switch (request.command()) {
      case "count" -> {
        try {
          long n = octets.transferTo(java.io.OutputStream.nullOutputStream());
          yield Answer.done(List.of(n + " octets"), Wire.JSON.createObjectNode());
        } catch (IOException e) {
          throw new CommandFailed("cut: " + e.getMessage());
        }
      }
      case "taste" -> {
        try {
          yield Answer.failed("begins with " + octets.read());
        } catch (IOException e) {
          throw new CommandFailed("cut: " + e.getMessage());
        }
      }
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
  void octetsFollowARequestThatWantsThem() throws Exception {
    try (AdminSocket socket = AdminSocket.open(dir, AdminSocketTest::echo)) {
      assertThat(socket).isNotNull();
      for (int n : new int[] {0, 1, Octets.CHUNK_MAX, Octets.CHUNK_MAX + 1, 3_000_000}) {
        assertThat(ask("count", new byte[n]).lines()).containsExactly(n + " octets");
      }
      // Neither asked for, nor read to their end: the answer comes all the same.
      assertThat(ask("refuse", new byte[3_000_000]).error()).isEqualTo("no");
      assertThat(ask("taste", new byte[3_000_000]).error()).isEqualTo("begins with 0");
    }
  }

  private Answer ask(String command, byte[] octets) {
    return AdminClient.ask(dir, Request.of(command), new ByteArrayInputStream(octets))
        .orElseThrow();
  }

  @Test
  void octetsThatEndEarlyAreNotTheWhole() throws Exception {
    try (AdminSocket socket = AdminSocket.open(dir, AdminSocketTest::echo)) {
      assertThat(socket).isNotNull();
      String request = "{\"command\":\"count\",\"arguments\":{}}\n";
      for (String octets : List.of("", "\0\0", "\0\0\0\5abcd", "\0\0\0\1a", "\177\0\0\0")) {
        assertThat(raw(request, octets)).as(octets).contains("cut: ");
      }
      assertThat(raw(request, "\0\0\0\1a\0\0\0\0")).contains("1 octets");
    }
  }

  /// What is answered to a request and to octets, behind which the client says no more.
  private String raw(String request, String octets) throws Exception {
    try (SocketChannel channel =
        SocketChannel.open(UnixDomainSocketAddress.of(dir.resolve(Wire.SOCKET)))) {
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      assertThat(Wire.receive(channel, Wire.ANSWER_MAX)).asString().isEqualTo("\"go on\"");
      channel.write(ByteBuffer.wrap(octets.getBytes(StandardCharsets.ISO_8859_1)));
      channel.shutdownOutput();
      byte[] line = Wire.receive(channel, Wire.ANSWER_MAX);
      return line == null ? "" : new String(line, StandardCharsets.UTF_8);
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
