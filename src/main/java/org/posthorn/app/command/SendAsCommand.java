package org.posthorn.app.command;

import java.util.Map;
import org.posthorn.app.admin.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `posthorn account send-as ADDRESS add|remove|list [IDENTITY]`.
@Command(
    name = "send-as",
    description =
        "Whom an account may write as, besides itself, its aliases and their sub-addresses.")
final class SendAsCommand implements java.util.concurrent.Callable<Integer> {
  /// What to do.
  enum Action {
    add,
    remove,
    list
  }

  private final Io io;

  @Parameters(paramLabel = "ADDRESS", index = "0", description = "The account.")
  private String address;

  @Parameters(paramLabel = "add|remove|list", index = "1")
  private Action action;

  @Parameters(
      paramLabel = "IDENTITY",
      index = "2",
      arity = "0..1",
      description = "An address, or @DOMAIN for all of a domain.")
  private String identity;

  @Mixin private Target target;

  SendAsCommand(Io io) {
    this.io = io;
  }

  @Override
  public Integer call() {
    Map<String, String> arguments =
        identity == null
            ? Map.of("address", address)
            : Map.of("address", address, "identity", identity);
    var request = new Request("account.send-as." + action.name(), arguments);
    return target.run(io, request, Target.Missing.FAIL);
  }
}
