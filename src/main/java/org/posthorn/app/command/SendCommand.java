package org.posthorn.app.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.admin.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `posthorn send`.
@Command(
    name = "send",
    description =
        "Sends a message from a file, as anybody to anybody. What its header lacks is added, Bcc is"
            + " taken out.")
final class SendCommand implements Callable<Integer> {
  private final Io io;

  @Parameters(paramLabel = "FILE", description = "The message; - is standard input.")
  private String file;

  @Option(
      names = "--from",
      paramLabel = "ADDRESS",
      description =
          "The sender, whom failures are told; <> for nobody (default: the header's From, else"
              + " you).")
  private String from;

  @Option(
      names = "--to",
      paramLabel = "ADDRESS",
      description = "A recipient; repeat for more (default: those in To, Cc and Bcc).")
  private List<String> to = new ArrayList<>();

  @Mixin private Target target;

  SendCommand(Io io) {
    this.io = io;
  }

  @Override
  public Integer call() {
    Map<String, String> arguments = new HashMap<>();
    arguments.put("author", "true");
    arguments.put("user", SendmailCommand.user());
    if (from != null) {
      arguments.put("from", from);
    }
    if (to.isEmpty()) {
      arguments.put("header", "true");
    } else {
      arguments.put("to", String.join("\n", to));
    }
    try (TypedMessage message = read()) {
      return target.print(io, target.send(new Request("send", arguments), message));
    } catch (IOException e) {
      throw new CommandFailed("cannot read the message from " + file + ": " + e.getMessage());
    }
  }

  private TypedMessage read() throws IOException {
    if (file.equals("-")) {
      return TypedMessage.read(io.in(), TypedMessage.End.INPUT);
    }
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return TypedMessage.read(in, TypedMessage.End.INPUT);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new CommandFailed("there is no file " + file);
    }
  }
}
