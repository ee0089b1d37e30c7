package org.posthorn.mta.judge;

import static java.lang.System.Logger.Level.WARNING;

import java.time.InstantSource;
import java.util.function.BiPredicate;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.Store;

/// What accounts know of authors, and of spam, and how they come to know it. Any thread.
///
/// Records of an account, kind [#KIND]: `model.` number, what its user has taught the filter
/// ([AccountModel]); `known.` number, the authors he has dealt with ([Known]); `mark.` number, what
/// was learned from which message ([Learner]); `cursor`, up to which change was looked.
///
/// Life: made → [#start] learns in the background → [#close], after which nothing more is learned,
/// and what is known can be asked all the same.
public final class Experience implements AutoCloseable {
  static final String KIND = "judge";
  static final String CURSOR = "cursor";

  private static final System.Logger LOG = System.getLogger("posthorn.judge");

  private final Store store;
  private final InstantSource clock;
  private final BiPredicate<Account, EmailAddress> wrote;
  private final Models models;
  private final Learner learner;

  /// @param clock wall time
  /// @param wrote whether an account has written to an address
  public Experience(Store store, InstantSource clock, BiPredicate<Account, EmailAddress> wrote) {
    this(store, clock, wrote, CommonModel.shipped());
  }

  Experience(
      Store store,
      InstantSource clock,
      BiPredicate<Account, EmailAddress> wrote,
      CommonModel common) {
    this.store = store;
    this.clock = clock;
    this.wrote = wrote;
    this.models = new Models(common);
    this.learner = new Learner(store, clock, models);
  }

  static String modelRow(int number) {
    return "model." + number;
  }

  static String knownRow(int number) {
    return "known." + number;
  }

  static String markRow(int number) {
    return "mark." + number;
  }

  /// Begins to learn.
  public void start() {
    learner.start();
  }

  /// Learns now what there is to learn. For tests and the command line; otherwise it happens by
  /// itself.
  public void learnNow() {
    learner.learnNow();
  }

  /// @param account null for everybody
  Likeness likeness(Features f, AccountId account) {
    try {
      return models.likeness(f, account == null ? null : store.account(account));
    } catch (RuntimeException e) {
      LOG.log(WARNING, "model-not-read account={0} reason={1}", account, e.toString());
      return models.likeness(f, null);
    }
  }

  /// What an account knows of the author of a message that is proven to be his.
  Standing standing(AccountId id, EmailAddress author) {
    try {
      Account account = store.account(id);
      if (account == null) {
        return Standing.STRANGER;
      }
      long key = Known.key(author);
      byte[] row = account.record(KIND, knownRow(Known.row(key)));
      int today = Known.day(clock.instant().getEpochSecond());
      int[] note = row == null ? null : Known.notes().read(row).get(key);
      Standing known = Known.standing(note, today, author);
      if (known.code() == Standing.Code.NO && wrote.test(account, author)) {
        return new Standing(Standing.Code.GOOD, "you have written to " + author);
      }
      return known;
    } catch (RuntimeException e) {
      LOG.log(WARNING, "author-not-known account={0} reason={1}", id, e.toString());
      return Standing.STRANGER;
    }
  }

  @Override
  public void close() {
    learner.close();
  }
}
