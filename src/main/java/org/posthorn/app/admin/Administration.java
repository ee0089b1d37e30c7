package org.posthorn.app.admin;

import java.io.InputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.Core;
import org.posthorn.directory.AccountEntry;
import org.posthorn.directory.Directory;
import org.posthorn.directory.DirectoryException;
import org.posthorn.directory.PasswordRules;
import org.posthorn.mta.SendingLimits;
import org.posthorn.mta.feedback.FeedbackRows;
import org.posthorn.mta.gate.GreylistRows;
import org.posthorn.mta.queue.Interventions;
import org.posthorn.mta.queue.Notices;
import org.posthorn.mta.queue.Queue;
import org.posthorn.mta.send.PolicyRows;
import org.posthorn.mta.sign.DomainKeys;
import org.posthorn.mta.trace.Trace;
import org.posthorn.store.Account;
import org.posthorn.store.Store;
import org.posthorn.trust.dkim.SigningAlgorithm;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Carries administrative requests out, in the server or in a process of its own. Everything it
/// answers with success is durable.
public final class Administration {
  private final Store store;
  private final Directory directory;
  private final Queue queue;
  private final Trace trace;
  private final AddressRequests addresses;
  private final DomainRequests domains;
  private final QueueRequests waiting;
  private volatile SendRequests send; // null until mail can be sent
  private final DomainKeys keys;
  private volatile PublishRequests publishing; // null until it is known how the server is set up
  private volatile Notices notices; // null until senders can be told
  private volatile Predicate<Account> release = SendingLimits::thaw;

  public Administration(Core core) {
    this.store = core.store();
    this.directory = core.directory();
    this.queue = core.queue();
    this.trace = core.trace();
    this.addresses = new AddressRequests(directory.addressing(), InstantSource.system());
    this.keys =
        new DomainKeys(
            directory.signingKeys(), List.of(SigningAlgorithm.values()), InstantSource.system());
    this.domains = new DomainRequests(directory, keys);
    this.waiting = new QueueRequests(core, InstantSource.system());
  }

  /// From now on senders can be told what becomes of their mail.
  public Administration tellingBy(Notices way) {
    notices = way;
    return this;
  }

  /// From now on domains get keys to sign with when they are added, or none; they get them if this
  /// is not said.
  public Administration signing(boolean wanted) {
    domains.signing(wanted);
    return this;
  }

  /// From now on it can be said what is to be published of domains.
  public Administration publishingBy(PublishRequests way) {
    publishing = way;
    return this;
  }

  /// From now on mail can be sent, too.
  public Administration sendingBy(SendRequests way) {
    send = way;
    return this;
  }

  /// From now on what an account has sent is counted here, too.
  ///
  /// @param way lets one send again; false if nothing stopped it
  public Administration releasingBy(Predicate<Account> way) {
    release = way;
    return this;
  }

  /// Does what is asked; a refusal is an answer, too.
  public Answer run(Request request) {
    return run(request, InputStream.nullInputStream());
  }

  /// @param octets of a message, where one goes with the request; not closed
  public Answer run(Request request, InputStream octets) {
    try {
      return switch (request.command()) {
        case "account.add" -> addAccount(request);
        case "account.passwd" -> setPassword(request);
        case "account.remove" -> removeAccount(request);
        case "account.list" -> listAccounts();
        case "account.unfreeze" -> unfreeze(request);
        case "account.quota" -> Quotas.run(store, account(request), request);
        case "send" -> send(request, octets);
        case "dmarc.report", "tlsrpt.report" -> ReportRequests.run(store, request);
        case "trace" -> TraceRequests.run(store, trace, request);
        case "check" -> check();
        default -> others(request);
      };
    } catch (DirectoryException | CommandFailed e) {
      return Answer.failed(e.getMessage());
    }
  }

  private Answer others(Request request) {
    Answer answer = addresses.run(request);
    answer = answer != null ? answer : domains.run(request);
    answer = answer != null ? answer : waiting.run(request, notices);
    answer = answer != null || publishing == null ? answer : publishing.run(request);
    return answer != null ? answer : Answer.failed("unknown command " + request.command());
  }

  private Answer send(Request request, InputStream octets) {
    if (send == null) {
      throw new CommandFailed("the server is not ready to send yet, try again");
    }
    return send.run(request, octets);
  }

  /// An answer for people that has nothing to say to programs.
  public static Answer lines(List<String> lines) {
    return Answer.done(lines, object());
  }

  // --- accounts

  private Answer addAccount(Request request) {
    String password = request.need("password");
    String address = request.need("address");
    AccountEntry made =
        request.arguments().containsKey("shared")
            ? directory.addSharedAccount(address, password, rules(request))
            : directory.addAccount(address, password, rules(request));
    return withPassword("added " + made.address(), made, password, request);
  }

  private Answer setPassword(Request request) {
    AccountEntry account = account(request);
    String password = request.need("password");
    directory.setPassword(account.address().toString(), password, rules(request));
    return withPassword("changed the password of " + account.address(), account, password, request);
  }

  /// A password that was generated is told once, here.
  private static Answer withPassword(
      String done, AccountEntry account, String password, Request request) {
    ObjectNode result = object().put("address", account.address().toString());
    if ("GENERATED".equals(request.arguments().get("source"))) {
      return Answer.done(List.of(done, "password: " + password), result.put("password", password));
    }
    return Answer.done(List.of(done), result);
  }

  private static PasswordRules rules(Request request) {
    return "GIVEN".equals(request.arguments().get("source"))
        ? PasswordRules.ANY
        : PasswordRules.STRONG;
  }

  private Answer removeAccount(Request request) {
    String address = account(request).address().toString();
    directory.removeAccount(address);
    return Answer.done(List.of("removed " + address), object().put("address", address));
  }

  private Answer unfreeze(Request request) {
    AccountEntry entry = account(request);
    String address = entry.address().toString();
    Account account = store.account(entry.account());
    if (account == null || !release.test(account)) {
      throw new CommandFailed(address + " is not stopped from sending");
    }
    Interventions.Done released = waiting.releaseOf(address);
    String what = QueueRequests.count(released.messages(), released.recipients());
    List<String> lines = new ArrayList<>(List.of(address + " may send again"));
    if (released.messages() > 0) {
      lines.add(what + " released");
    }
    return Answer.done(
        lines, object().put("address", address).put("released", released.messages()));
  }

  private AccountEntry account(Request request) {
    String address = request.need("address");
    return directory
        .account(address)
        .orElseThrow(() -> new CommandFailed("there is no account " + address));
  }

  private Answer listAccounts() {
    List<String> lines = new ArrayList<>();
    ArrayNode result = Wire.JSON.createArrayNode();
    for (AccountEntry entry : directory.accounts()) {
      Account account = store.account(entry.account());
      String frozen = account == null ? null : SendingLimits.frozen(account);
      lines.add(
          entry.address()
              + (entry.shared() ? " (shared)" : "")
              + (frozen == null ? "" : " (may not send: " + frozen + ")"));
      result
          .addObject()
          .put("address", entry.address().toString())
          .put("account", entry.account().toString())
          .put("shared", entry.shared())
          .put("frozen", frozen);
    }
    return Answer.done(lines, result);
  }

  /// Makes sure that an account is there and has this password; its mail is kept.
  public void provide(String address, String password) {
    provideDomain(address.substring(address.lastIndexOf('@') + 1));
    try {
      if (directory.account(address).isPresent()) {
        directory.setPassword(address, password, PasswordRules.ANY);
      } else {
        directory.addAccount(address, password, PasswordRules.ANY);
      }
    } catch (DirectoryException e) {
      throw new CommandFailed(e.getMessage());
    }
  }

  // --- domains

  /// Makes sure that a domain is there.
  public void provideDomain(String domain) {
    try {
      directory.addDomain(domain);
    } catch (DirectoryException e) {
      if (e.reason() != DirectoryException.Reason.ALREADY_EXISTS) {
        throw new CommandFailed(e.getMessage());
      }
    }
  }

  // --- all of it

  private Answer check() {
    List<String> problems = new ArrayList<>(store.check());
    problems.addAll(directory.check());
    problems.addAll(keys.check());
    problems.addAll(queue.check());
    problems.addAll(GreylistRows.check(store));
    problems.addAll(PolicyRows.check(store));
    problems.addAll(FeedbackRows.check(store));
    ObjectNode result = object();
    ArrayNode list = result.putArray("problems");
    problems.forEach(list::add);
    return problems.isEmpty()
        ? Answer.done(List.of("all is well"), result)
        : new Answer("problems found: " + problems.size(), problems, result);
  }

  private static ObjectNode object() {
    return Wire.JSON.createObjectNode();
  }
}
