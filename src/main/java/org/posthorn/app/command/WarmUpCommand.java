package org.posthorn.app.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.Callable;
import org.posthorn.app.Server;
import org.posthorn.app.Settings;
import org.posthorn.app.config.Config;
import org.posthorn.app.config.ConfigReader;
import picocli.CommandLine.Command;

/// `posthorn warm-up`: starts a server on a directory that is thrown away, has each protocol say
/// something, and stops. The launcher runs it once after a build, with the JVM recording which
/// classes that took, and every later start reads them from the cache made of it.
@Command(name = "warm-up", hidden = true, description = "Runs once through everything.")
final class WarmUpCommand implements Callable<Integer> {
  private static final int TIMEOUT_MILLIS = 20_000;
  private static final String USER = "a@example.test";
  private static final String PASSWORD = "warm";

  private static final List<String> DEV =
      List.of("--data", "x", "--offset", "1", "--user", "a@example.test:x", "--strict");

  private static final String CONFIG =
      """
      hostname = "localhost"
      login.cleartext = "loopback"
      metrics.bind = "127.0.0.1:0"
      [listen]
      smtp = { bind = ["127.0.0.1:0"] }
      submission = { bind = ["127.0.0.1:0"] }
      submissions = { enabled = false }
      imap = { bind = ["127.0.0.1:0"] }
      imaps = { enabled = false }
      pop3 = { bind = ["127.0.0.1:0"] }
      pop3s = { enabled = false }
      """;

  private static final String SMTP =
      "EHLO x\r\nMAIL FROM:<b@example.org>\r\nRCPT TO:<a@example.test>\r\nDATA\r\n"
          + "From: b@example.org\r\nSubject: x\r\n\r\nx\r\n.\r\nQUIT\r\n";

  private static final String SUBMISSION = "EHLO x\r\nQUIT\r\n";

  private static final String IMAP =
      "a LOGIN a@example.test warm\r\nb SELECT INBOX\r\nc UID FETCH 1:* (FLAGS ENVELOPE)\r\n"
          + "d FETCH 1 BODY.PEEK[]\r\ne SEARCH BODY warm\r\nf LOGOUT\r\n";

  private static final String POP3 = "USER a@example.test\r\nPASS warm\r\nSTAT\r\nQUIT\r\n";

  private final Io io;

  WarmUpCommand(Io io) {
    this.io = io;
  }

  @Override
  public Integer call() throws IOException {
    Path data = Files.createTempDirectory("posthorn-warm-up");
    try {
      PlainOptions.set(new DevCommand(io), DEV);
      DevConfig.of(data, "127.0.0.1", 1, false);
      String where = "data = \"" + data.resolve("data") + "\"\n";
      String log = "log.file = \"" + data.resolve("log") + "\"\n";
      Config config = ConfigReader.parse("warm-up", where + log + CONFIG);
      try (Server server = Server.start(Settings.dev(config, false))) {
        server.administration().provide(USER, PASSWORD);
        DevCommand.print(new PrintWriter(Writer.nullWriter()), server, data);
        server.doors().forEach(this::talk);
      }
    } finally {
      delete(data);
    }
    return 0;
  }

  private void talk(Server.Door door) {
    String lines =
        switch (door.name()) {
          case "smtp" -> SMTP;
          case "submission" -> SUBMISSION;
          case "imap" -> IMAP;
          case "pop3" -> POP3;
          default -> "";
        };
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", door.address().getPort()), TIMEOUT_MILLIS);
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getInputStream().read();
      socket.getOutputStream().write(lines.getBytes(StandardCharsets.US_ASCII));
      socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      io.err().println("posthorn: " + door.name() + " did not answer: " + e.getMessage());
    }
  }

  private static void delete(Path tree) {
    try {
      Files.walkFileTree(
          tree,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
              Files.delete(dir);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
