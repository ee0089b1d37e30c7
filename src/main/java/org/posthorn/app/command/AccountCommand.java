package org.posthorn.app.command;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.posthorn.app.admin.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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
      @Option(
              names = "--shared",
              description =
                  "Its mailboxes are for many: IMAP shows them under Shared/ADDRESS to whom it"
                      + " gives rights by SETACL.")
          boolean shared,
      @Mixin PasswordOptions passwords,
      @Mixin Target target) {
    Map<String, String> more = shared ? Map.of("shared", "true") : Map.of();
    return withPassword("account.add", address, more, passwords, target, Target.Missing.MAKE);
  }

  @Command(name = "passwd", description = "Sets the password of an account.")
  int passwd(
      @Parameters(paramLabel = "ADDRESS") String address,
      @Mixin PasswordOptions passwords,
      @Mixin Target target) {
    return withPassword(
        "account.passwd", address, Map.of(), passwords, target, Target.Missing.FAIL);
  }

  @Command(
      name = "unfreeze",
      description = "Lets an account send again that was stopped because it sent too much.")
  int unfreeze(@Parameters(paramLabel = "ADDRESS") String address, @Mixin Target target) {
    Request request = Request.of("account.unfreeze", "address", address);
    return target.run(io, request, Target.Missing.FAIL);
  }

  @Command(name = "remove", description = "Removes an account and all its mail.")
  int remove(@Parameters(paramLabel = "ADDRESS") String address, @Mixin Target target) {
    Request request = Request.of("account.remove", "address", address);
    return target.run(io, request, Target.Missing.FAIL);
  }

  @Command(
      name = "quota",
      description = "Prints how much an account holds and may hold, and sets what it may.")
  int quota(
      @Parameters(paramLabel = "ADDRESS") String address,
      @Option(
              names = "--storage",
              paramLabel = "SIZE",
              description = "Such as 500M or 2G; none for no limit.")
          String storage,
      @Option(names = "--messages", paramLabel = "N", description = "A number, or none.")
          String messages,
      @Option(names = "--mailboxes", paramLabel = "N", description = "A number, or none.")
          String mailboxes,
      @Mixin Target target) {
    Map<String, String> arguments = new HashMap<>();
    arguments.put("address", address);
    arguments.put("storage", storage);
    arguments.put("messages", messages);
    arguments.put("mailboxes", mailboxes);
    arguments.values().removeIf(Objects::isNull);
    return target.run(io, new Request("account.quota", arguments), Target.Missing.FAIL);
  }

  @Command(
      name = "moved",
      description =
          "Says that a user has another address now, or prints who has one. Senders are told the"
              + " new address.")
  int moved(
      @Parameters(paramLabel = "ADDRESS", index = "0", arity = "0..1") String address,
      @Parameters(paramLabel = "NEW", index = "1", arity = "0..1") String to,
      @Option(names = "--forward", description = "His mail is sent there, too.") boolean forward,
      @Option(names = "--clear", description = "He is back.") boolean clear,
      @Mixin Target target) {
    Map<String, String> arguments = new HashMap<>();
    arguments.put("address", address);
    arguments.put("to", to);
    arguments.put("forward", forward ? "true" : null);
    arguments.put("clear", clear ? "true" : null);
    arguments.values().removeIf(Objects::isNull);
    return target.run(io, new Request("account.moved", arguments), Target.Missing.FAIL);
  }

  @Command(name = "list", description = "Lists the accounts.")
  int list(@Mixin Target target) {
    return target.run(io, Request.of("account.list"), Target.Missing.FAIL);
  }

  private int withPassword(
      String command,
      String address,
      Map<String, String> more,
      PasswordOptions passwords,
      Target target,
      Target.Missing missing) {
    PasswordOptions.Chosen chosen = passwords.choose(io);
    Map<String, String> arguments = new HashMap<>(more);
    arguments.put("address", address);
    arguments.put("password", chosen.password());
    arguments.put("source", chosen.source().name());
    return target.run(io, new Request(command, arguments), missing);
  }
}
