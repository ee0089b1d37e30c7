package org.posthorn.app.command;

import java.util.Map;
import org.posthorn.app.admin.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `posthorn account`.
@Command(name = "account", description = "People's mailboxes and passwords.")
final class AccountCommand {
  private final Io io;

  AccountCommand(Io io) {
    this.io = io;
  }

  @Command(
      name = "add",
      description = "Makes an account. Without a password it asks, or generates and prints one.")
  int add(
      @Parameters(paramLabel = "ADDRESS") String address,
      @Mixin PasswordOptions passwords,
      @Mixin Target target) {
    return withPassword("account.add", address, passwords, target, Target.Missing.MAKE);
  }

  @Command(name = "passwd", description = "Sets the password of an account.")
  int passwd(
      @Parameters(paramLabel = "ADDRESS") String address,
      @Mixin PasswordOptions passwords,
      @Mixin Target target) {
    return withPassword("account.passwd", address, passwords, target, Target.Missing.FAIL);
  }

  @Command(name = "remove", description = "Removes an account and all its mail.")
  int remove(@Parameters(paramLabel = "ADDRESS") String address, @Mixin Target target) {
    Request request = Request.of("account.remove", "address", address);
    return target.run(io, request, Target.Missing.FAIL);
  }

  @Command(name = "list", description = "Lists the accounts.")
  int list(@Mixin Target target) {
    return target.run(io, Request.of("account.list"), Target.Missing.FAIL);
  }

  private int withPassword(
      String command,
      String address,
      PasswordOptions passwords,
      Target target,
      Target.Missing missing) {
    PasswordOptions.Chosen chosen = passwords.choose(io);
    Map<String, String> arguments =
        Map.of(
            "address", address,
            "password", chosen.password(),
            "source", chosen.source().name());
    return target.run(io, new Request(command, arguments), missing);
  }
}
