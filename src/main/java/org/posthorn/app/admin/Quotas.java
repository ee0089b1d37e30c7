package org.posthorn.app.admin;

import java.util.List;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.config.ByteSize;
import org.posthorn.directory.AccountEntry;
import org.posthorn.store.Account;
import org.posthorn.store.Quota;
import org.posthorn.store.Store;
import tools.jackson.databind.node.ObjectNode;

/// `account.quota`: sets the limits that are given, and says what holds then.
final class Quotas {
  private static final String NONE = "none";

  private Quotas() {}

  static Answer run(Store store, AccountEntry entry, Request request) {
    Account account = store.account(entry.account());
    if (account == null) {
      throw new CommandFailed("there is no account " + entry.address());
    }
    Quota now = account.quota();
    account.setQuota(
        new Quota(
            octets(request.arguments().get("storage"), now.octets()),
            number("messages", request.arguments().get("messages"), now.messages()),
            number("mailboxes", request.arguments().get("mailboxes"), now.mailboxes())));
    return answer(entry.address().toString(), account.usage(), account.quota());
  }

  private static long octets(String given, long otherwise) {
    if (given == null || given.equals(NONE)) {
      return given == null ? otherwise : Quota.NONE;
    }
    try {
      return ByteSize.parse(given).bytes();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new CommandFailed("storage is a size such as 500M, or none: " + given);
    }
  }

  private static long number(String what, String given, long otherwise) {
    if (given == null || given.equals(NONE)) {
      return given == null ? otherwise : Quota.NONE;
    }
    try {
      long n = Long.parseLong(given);
      if (n >= 0) {
        return n;
      }
    } catch (NumberFormatException e) {
      // falls through
    }
    throw new CommandFailed(what + " is a number, or none: " + given);
  }

  private static Answer answer(String address, Account.Usage usage, Quota quota) {
    ObjectNode result = Wire.JSON.createObjectNode().put("address", address);
    return Answer.done(
        List.of(
            line("storage", usage.bytes(), quota.octets(), result),
            line("messages", usage.emails(), quota.messages(), result),
            line("mailboxes", usage.mailboxes(), quota.mailboxes(), result)),
        result);
  }

  private static String line(String what, long used, long limit, ObjectNode result) {
    ObjectNode node = result.putObject(what).put("used", used);
    if (limit == Quota.NONE) {
      node.putNull("limit");
      return "%s: %d, no limit".formatted(what, used);
    }
    node.put("limit", limit);
    return "%s: %d of %d".formatted(what, used, limit);
  }
}
