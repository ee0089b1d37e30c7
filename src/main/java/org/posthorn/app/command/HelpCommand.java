package org.posthorn.app.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `posthorn help`, of everything or of one command.
@Command(name = "help", description = "Tells about a command.")
final class HelpCommand implements Callable<Integer> {
  private final Io io;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "Such as: account add.")
  private List<String> words = new ArrayList<>();

  HelpCommand(Io io) {
    this.io = io;
  }

  @Override
  public Integer call() {
    CommandLine at = spec.parent().commandLine();
    for (String word : words) {
      at = at.getSubcommands().get(word);
      if (at == null) {
        throw new ParameterException(
            spec.commandLine(), "there is no command " + String.join(" ", words));
      }
    }
    at.usage(io.out());
    return 0;
  }
}
