package org.posthorn.app.command;

import java.util.List;
import java.util.concurrent.Callable;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.config.ConfigException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// All commands together.
@Command(
    name = "posthorn",
    description = "A complete mail server.",
    synopsisSubcommandLabel = "COMMAND")
public final class Posthorn {
  private static final int FAILED = 1;
  private static final int NOT_UNDERSTOOD = 2;

  private Posthorn() {}

  /// Runs a command line and returns its exit status.
  public static int run(Io io, String... words) {
    int status = status(io, words);
    io.out().flush();
    io.err().flush();
    return status;
  }

  private static int status(Io io, String... words) {
    if (words.length > 0 && words[0].equals(SendmailCommand.NAME)) {
      // Its options are older than any library that reads options.
      return new SendmailCommand(io).run(List.of(words).subList(1, words.length));
    }
    Callable<Integer> server = server(io, words);
    return server == null ? all(io).execute(words) : call(io, server);
  }

  /// A server to start, if it is asked for in plain words.
  private static Callable<Integer> server(Io io, String... words) {
    Callable<Integer> server =
        switch (words.length == 0 ? "" : words[0]) {
          case "dev" -> new DevCommand(io);
          case "serve" -> new ServeCommand(io);
          default -> null;
        };
    List<String> options = List.of(words).subList(Math.min(1, words.length), words.length);
    return server != null && PlainOptions.set(server, options) ? server : null;
  }

  private static int call(Io io, Callable<Integer> command) {
    try {
      return command.call();
    } catch (Exception e) {
      return failed(io, e);
    }
  }

  private static CommandLine all(Io io) {
    CommandLine line =
        new CommandLine(new Posthorn())
            .addSubcommand(new DevCommand(io))
            .addSubcommand(new ServeCommand(io))
            .addSubcommand(
                new CommandLine(new AccountCommand(io)).addSubcommand(new SendAsCommand(io)))
            .addSubcommand(new DomainCommand(io))
            .addSubcommand(new AliasCommand(io))
            .addSubcommand(new DkimCommand(io))
            .addSubcommand(ReportsCommand.dmarc(io))
            .addSubcommand(ReportsCommand.tlsrpt(io))
            .addSubcommand(new DnsCommand(io))
            .addSubcommand(
                new CommandLine(new GroupCommand(io))
                    .addSubcommand(new GroupCommand.MemberCommand(io)))
            .addSubcommand(new ForwardCommand(io))
            .addSubcommand(new SendCommand(io))
            .addSubcommand(new SendmailCommand(io))
            .addSubcommand(new QueueCommand(io))
            .addSubcommand(new TraceCommand(io))
            .addSubcommand(new ServerCommands.CheckCommand(io))
            .addSubcommand(new ServerCommands.ReloadCommand(io))
            .addSubcommand(new ConfigCommand(io))
            .addSubcommand(new ServerCommands.VersionCommand(io))
            .addSubcommand(new WarmUpCommand(io))
            .addSubcommand(new HelpCommand(io));
    line.setOut(io.out()).setErr(io.err());
    line.setParameterExceptionHandler((e, given) -> notUnderstood(io, e));
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(io, e));
    return line;
  }

  private static int notUnderstood(Io io, ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String[] names = command.split(" ", 2);
    String help = "posthorn help" + (names.length > 1 ? " " + names[1] : "");
    io.err().println("posthorn: " + oneLine(reason(e)) + " (see `" + help + "`)");
    return NOT_UNDERSTOOD;
  }

  private static String reason(ParameterException e) {
    if (!(e instanceof UnmatchedArgumentException unmatched) || unmatched.isUnknownOption()) {
      return e.getMessage();
    }
    String words = "not understood: " + String.join(" ", unmatched.getUnmatched());
    return unmatched.getSuggestions().isEmpty()
        ? words
        : words + "; did you mean " + unmatched.getSuggestions().getFirst() + "?";
  }

  private static int failed(Io io, Exception e) {
    if (e instanceof CommandFailed || e instanceof ConfigException) {
      io.err().println("posthorn: " + oneLine(e.getMessage()));
    } else {
      System.getLogger("posthorn.app").log(System.Logger.Level.ERROR, "command-failed", e);
      io.err().println("posthorn: " + oneLine(e.toString()));
    }
    return FAILED;
  }

  private static String oneLine(String message) {
    return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", "; ");
  }
}
