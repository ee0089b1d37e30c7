package org.posthorn.directory;

import java.util.ArrayList;
import java.util.List;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.Store;

/// Reads every name and every account and says what contradicts something else.
final class DirectoryCheck {
  private static final int PROBLEMS_MAX = 1000;
  private static final int ACCOUNTS_A_LOOK = 256;

  private final Store store;
  private final Domains domains;
  private final Resolver resolver;
  private final ScramDecoys decoys;
  private final Addressing addressing;
  private final List<String> problems = new ArrayList<>();

  DirectoryCheck(
      Store store, Domains domains, Resolver resolver, Addressing addressing, ScramDecoys decoys) {
    this.decoys = decoys;
    this.addressing = addressing;
    this.store = store;
    this.domains = domains;
    this.resolver = resolver;
  }

  List<String> run() {
    try {
      decoys.check();
    } catch (RuntimeException e) {
      problem("the key of decoys is not readable: " + e);
    }
    for (Domain d : domains.all()) {
      try {
        if (!domains.isActive(d)) problem("domain " + d.name() + " is listed without settings");
        if (d.kind() == DomainSettings.Kind.ALIAS && domains.hosting(d.name()) == null) {
          problem("domain " + d.name() + " has the names of one that is none of ours");
        }
        for (NameRow row : domains.names(d)) name(d, row);
        keys(d);
      } catch (RuntimeException e) {
        problem("domain " + d.name() + " is not readable: " + e);
      }
    }
    for (String stray : domains.strays())
      problem("domain " + stray + " has names or keys and is not listed");
    AccountId after = null;
    while (true) {
      List<AccountId> some = store.accounts(after, ACCOUNTS_A_LOOK);
      for (AccountId id : some) {
        try {
          account(id);
        } catch (RuntimeException e) {
          problem("account " + id + " is not readable: " + e);
        }
      }
      if (some.size() < ACCOUNTS_A_LOOK) return problems;
      after = some.getLast();
    }
  }

  private void problem(String text) {
    if (problems.size() < PROBLEMS_MAX) problems.add(text);
  }

  private void keys(Domain d) {
    List<SigningKey> keys = new SigningKeys(domains).read(d);
    if (!keys.isEmpty() && d.kind() == DomainSettings.Kind.BACKUP) {
      problem("domain " + d.name() + " has signing keys, and others are for it");
    }
    if (keys.size() > SigningKeys.KEYS_MAX) {
      problem("domain " + d.name() + " has " + keys.size() + " signing keys");
    }
  }

  private void name(Domain d, NameRow row) {
    String text = row.localPart() + "@" + d.name();
    String key = Names.key(row.localPart()) + "@" + d.name();
    switch (row) {
      case NameRow.OfAccount a -> {
        Account account = store.account(a.account());
        EmailAddress own = account == null ? null : AddressRecord.read(account);
        if (account == null) {
          problem("name " + text + " is of account " + a.account() + ", which does not exist");
        } else if (own == null
            || !Names.key(own).equals(Names.key(a.localPart()) + "@" + d.name())) {
          problem("name " + text + " is of account " + a.account() + ", whose address is " + own);
        }
        targets("forward of " + text, a.forwarding().targets(), "");
        if (a.move() != null) targets("move of " + text, List.of(a.move().to()), key);
      }
      case NameRow.OfAlias alias -> targets("alias " + text, alias.targets(), key);
      case NameRow.OfGroup g -> {
        targets("group " + text, g.members(), key);
        if (g.owner() != null) targets("owner of group " + text, List.of(g.owner()), key);
      }
      case NameRow.OfMoved m -> targets("move of " + text, List.of(m.move().to()), key);
      case NameRow.OfRelayed _ -> {}
    }
    boolean relayed = row instanceof NameRow.OfRelayed;
    if (relayed ? d.kind() != DomainSettings.Kind.BACKUP : d.kind() != DomainSettings.Kind.OWN) {
      problem("name " + text + " is in a domain that has no such names");
    }
  }

  private void targets(String what, List<EmailAddress> targets, String key) {
    for (EmailAddress t : targets) {
      String why = resolver.refusal(t, key);
      if (why != null) problem(what + ": " + t + " " + why);
    }
  }

  private void account(AccountId id) {
    Account account = store.account(id);
    if (account == null) return;
    EmailAddress own = AddressRecord.read(account);
    if (own == null) {
      problem("account " + id + " has no address");
      return;
    }
    AccountEntry named = resolver.account(own);
    if (named == null || !named.account().equals(id)) {
      problem("account " + id + " has no name; its address was " + own);
    }
    byte[] credential = account.record(Credential.KIND, Credential.ID);
    if (credential != null) Credential.decode(credential);
    addressing.sendAs().list(id);
  }
}
