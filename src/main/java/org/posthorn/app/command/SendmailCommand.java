package org.posthorn.app.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.admin.Answer;
import org.posthorn.app.admin.ExitStatus;
import org.posthorn.app.admin.Request;
import org.posthorn.app.config.ConfigException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `posthorn sendmail`: what programs expect at `/usr/sbin/sendmail`. Says nothing when all is
/// well, and exits as `sysexits.h` has it.
@Command(
    name = SendmailCommand.NAME,
    description = {
      "Sends a message from standard input, called as programs call sendmail: -t takes recipients"
          + " from the header, -f ADDRESS is the sender, -F NAME the name for a From field that is"
          + " missing, -i does not end at a line with a dot, -N, -R and -V are for notices, -v says"
          + " what came of it, -bp lists the queue. Other options of sendmail do nothing.",
      "Install it by a link: ln -s /opt/posthorn/posthorn /usr/sbin/sendmail"
    })
final class SendmailCommand implements Callable<Integer> {
  static final String NAME = "sendmail";

  private final Io io;

  @Parameters(paramLabel = "WORD", arity = "0..*", description = "Options and recipients.")
  private List<String> words = new ArrayList<>();

  SendmailCommand(Io io) {
    this.io = io;
  }

  @Override
  public Integer call() {
    return run(words);
  }

  /// The name of who calls, to which the default domain is added.
  static String user() {
    String name = System.getProperty("user.name", "");
    return name.isBlank() || name.equals("?") ? "postmaster" : name;
  }

  int run(List<String> given) {
    try {
      SendmailArguments parsed = SendmailArguments.parse(given);
      return switch (parsed.mode()) {
        case NOTHING -> ExitStatus.OK;
        case LIST_QUEUE -> listQueue(parsed);
        case SEND -> send(parsed);
      };
    } catch (SendmailArguments.Wrong e) {
      return failed(ExitStatus.USAGE, e.getMessage());
    } catch (CommandFailed | ConfigException e) {
      return failed(ExitStatus.UNAVAILABLE, e.getMessage());
    } catch (IOException e) {
      return failed(ExitStatus.TRY_AGAIN, "cannot read the message: " + e.getMessage());
    }
  }

  private int failed(int status, String message) {
    io.err().println("sendmail: " + message);
    return status;
  }

  private int listQueue(SendmailArguments parsed) {
    List<String> command = new ArrayList<>(List.of("queue", "list"));
    if (parsed.data() != null) {
      command.addAll(List.of("--data", parsed.data().toString()));
    }
    if (parsed.config() != null) {
      command.addAll(List.of("--config", parsed.config().toString()));
    }
    return Posthorn.run(io, command.toArray(String[]::new));
  }

  private int send(SendmailArguments parsed) throws IOException {
    Map<String, String> arguments = new HashMap<>(parsed.arguments());
    if (!arguments.containsKey("to") && !arguments.containsKey("header")) {
      return failed(ExitStatus.USAGE, "no recipients: name them, or use -t");
    }
    arguments.put("user", user());
    try (TypedMessage message = TypedMessage.read(io.in(), parsed.end())) {
      Target target = new Target(parsed.data(), parsed.config());
      Answer answer = target.send(new Request("send", arguments), message);
      if (parsed.verbose()) {
        answer.lines().forEach(io.out()::println);
      }
      int exit = answer.result().path("exit").asInt(ExitStatus.TRY_AGAIN);
      return answer.ok() ? ExitStatus.OK : failed(exit, answer.error());
    }
  }
}
