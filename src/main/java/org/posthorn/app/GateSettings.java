package org.posthorn.app;

import java.util.ArrayList;
import java.util.List;
import org.posthorn.app.config.Gate;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.gate.GateOptions;
import org.posthorn.mta.gate.Policy;
import org.posthorn.net.Addresses;
import org.posthorn.trust.list.ListCodes;
import org.posthorn.trust.list.ListHit;
import org.posthorn.trust.list.ListSettings;

/// Makes what the gate needs of what the configuration says, or says what is wrong there.
public final class GateSettings {
  private GateSettings() {}

  /// @throws CommandFailed when something is missing or wrong
  public static GateOptions of(Gate config) {
    List<ListSettings> lists = new ArrayList<>();
    for (Gate.DnsList list : config.lists()) {
      lists.add(list(list));
    }
    try {
      return new GateOptions(
          config.loopback(),
          config.greetingDelay(),
          new GateOptions.Names(
              policy(config.helloOurs()),
              policy(config.helloInvalid()),
              policy(config.helloBare()),
              policy(config.noReverseName())),
          new GateOptions.Rates(
              config.connectionsPerMinute(),
              config.messagesPerMinute(),
              config.recipientsPerMinute(),
              config.networkFactor()),
          config.unknownRecipients(),
          config.tarpit(),
          new GateOptions.Greylisting(
              config.greylist(), config.greylistDelay(), config.greylistKeep()),
          lists);
    } catch (IllegalArgumentException e) {
      throw new CommandFailed("gate: " + e.getMessage());
    }
  }

  private static Policy policy(Gate.Policy policy) {
    return switch (policy) {
      case REFUSE -> Policy.REFUSE;
      case DOUBT -> Policy.DOUBT;
      case IGNORE -> Policy.IGNORE;
    };
  }

  private static ListSettings list(Gate.DnsList list) {
    String zone = EmailAddress.normalDomain(list.zone());
    if (list.zone().isEmpty() || zone == null) {
      throw wrong(list, "zone: is no domain");
    }
    ListSettings.Of of =
        switch (list.of()) {
          case HOSTS -> ListSettings.Of.HOSTS;
          case DOMAINS -> ListSettings.Of.DOMAINS;
        };
    boolean hosts = of == ListSettings.Of.HOSTS;
    String test =
        switch (list.test()) {
          case "" -> hosts ? ListSettings.TEST_HOST : ListSettings.TEST_DOMAIN;
          case "none" -> "";
          default -> list.test();
        };
    if (hosts && !test.isEmpty() && Addresses.parse(test) == null) {
      throw wrong(list, "test: " + test + " is no address");
    }
    String name = list.name().isEmpty() ? zone : list.name();
    boolean refuses = hosts && list.action() == Gate.Action.REFUSE;
    try {
      return new ListSettings(name, zone, of, codes(list), refuses, test);
    } catch (IllegalArgumentException e) {
      throw wrong(list, "codes: " + e.getMessage());
    }
  }

  private static ListCodes codes(Gate.DnsList list) {
    if (!list.codes().isEmpty()) {
      return ListCodes.parse(list.codes());
    }
    return ListCodes.all(
        switch (list.meaning()) {
          case BLOCK -> ListHit.Kind.BLOCK;
          case WEAK -> ListHit.Kind.WEAK;
          case WELCOME -> ListHit.Kind.WELCOME;
        });
  }

  private static CommandFailed wrong(Gate.DnsList list, String what) {
    return new CommandFailed("gate.lists: " + list.zone() + ": " + what);
  }
}
