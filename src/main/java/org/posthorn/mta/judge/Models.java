package org.posthorn.mta.judge;

import static java.lang.System.Logger.Level.WARNING;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;

/// The common model, and those of accounts, of which the ones used last are in memory. Any thread.
final class Models {
  private static final System.Logger LOG = System.getLogger("posthorn.judge");

  /// Features of all models in memory together, which take 16 octets each; and models.
  private static final int ENTRIES_MAX = 2 << 20;

  private static final int MODELS_MAX = 50_000;

  /// Features that are named.
  private static final int NAMED = 4;

  /// A feature that moves the logit by less is not named.
  private static final double NAMED_MIN = 0.1;

  private final CommonModel common;
  private final LinkedHashMap<AccountId, AccountModel> cached =
      new LinkedHashMap<>(64, 0.75f, true); // guarded by this
  private long entries; // guarded by this

  Models(CommonModel common) {
    this.common = common;
  }

  /// How much a message is like spam.
  ///
  /// @param account null for everybody
  Likeness likeness(Features f, Account account) {
    AccountModel own = account == null ? null : of(account);
    double logit = logit(f, own);
    double probability = 1 / (1 + Math.exp(-logit));
    return new Likeness(probability, logit > 0 ? named(f, own) : List.of());
  }

  double logit(Features f, AccountModel own) {
    return common.logit(f) + (own == null ? 0 : own.logit(f));
  }

  /// What speaks most for spam.
  private List<String> named(Features f, AccountModel own) {
    double[] shares = new double[f.count()];
    double commonUnit = common.unit(f);
    double ownUnit = AccountModel.unit(f);
    List<Integer> most = new ArrayList<>();
    for (int i = 0; i < shares.length; i++) {
      shares[i] = f.kind(i).common ? common.weight(f.id(i)) * commonUnit : 0;
      shares[i] += own == null ? 0 : own.share(f, i, ownUnit);
      if (shares[i] >= NAMED_MIN) {
        most.add(i);
      }
    }
    most.sort(Comparator.comparingDouble(i -> -shares[i]));
    return most.stream().limit(NAMED).map(f::words).toList();
  }

  /// The account's model, not to be changed.
  AccountModel of(Account account) {
    synchronized (this) {
      AccountModel known = cached.get(account.id());
      if (known != null) {
        return known;
      }
    }
    AccountModel read = read(account);
    synchronized (this) {
      AccountModel known = cached.get(account.id());
      if (known != null) {
        return known; // perhaps a newer one
      }
      put(account.id(), read);
      return read;
    }
  }

  private static AccountModel read(Account account) {
    AccountModel model = new AccountModel();
    if (account.record(Experience.KIND, Experience.CURSOR) == null) {
      return model; // nothing was ever learned
    }
    for (int row = 0; row < AccountModel.ROWS; row++) {
      try {
        model.read(row, account.record(Experience.KIND, Experience.modelRow(row)));
      } catch (IllegalArgumentException e) {
        LOG.log(WARNING, "model-damaged account={0} reason={1}", account.id(), e.getMessage());
      }
    }
    return model;
  }

  /// The model is durable.
  synchronized void put(AccountId account, AccountModel model) {
    AccountModel old = cached.put(account, model);
    entries += model.size() - (old == null ? 0 : old.size());
    var oldest = cached.entrySet().iterator();
    while ((entries > ENTRIES_MAX || cached.size() > MODELS_MAX) && cached.size() > 1) {
      Map.Entry<AccountId, AccountModel> gone = oldest.next();
      entries -= gone.getValue().size();
      oldest.remove();
    }
  }
}
