package org.posthorn.mta.filter;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.posthorn.mta.judge.Verdict;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Reply;

/// All outside judges, asked together. Any thread.
public final class OutsideJudges {
  private static final System.Logger LOG = System.getLogger("posthorn.mta.filter");

  /// A judge that keeps to its limit is done this long after it, on a busy machine, too.
  private static final Duration GRACE = Duration.ofSeconds(2);

  private static final Reply LATER =
      Reply.of(451, "4.7.1", "The message cannot be examined now, try again later");

  private final List<Asked> judges;
  private final Ticker ticker;
  private final Counters counters = new Counters();

  /// @param judges in the order in which their changes are made
  public OutsideJudges(List<OutsideJudge> judges, Ticker ticker) {
    this.judges = judges.stream().map(j -> new Asked(j, ticker)).toList();
    this.ticker = ticker;
  }

  /// Nobody is asked.
  public static OutsideJudges none() {
    return new OutsideJudges(List.of(), () -> 0);
  }

  public Counters counters() {
    return counters;
  }

  /// Whether anybody is to be asked about such mail.
  ///
  /// @param submitted by one of our own people
  public boolean hear(boolean submitted) {
    return judges.stream().anyMatch(a -> a.hears(submitted));
  }

  /// Who is asked about such mail.
  public List<String> names(boolean submitted) {
    return judges.stream().filter(a -> a.hears(submitted)).map(a -> a.terms().name()).toList();
  }

  /// The same as [#ask], and waits.
  public List<OutsideVerdict> judge(Letter letter) {
    return ask(letter).get();
  }

  /// Asks all that are to be asked about this message, at the same time.
  ///
  /// @return called once, waits for them: from now on not longer than the longest of their limits
  ///   and a moment. One verdict for each, in their order; who does not answer is given the one of
  ///   his absence. Throws nothing
  public Supplier<List<OutsideVerdict>> ask(Letter letter) {
    List<Asked> all = judges.stream().filter(a -> a.hears(letter.submitted())).toList();
    List<Question> questions = new ArrayList<>();
    for (Asked one : all) {
      counters.asked.increment();
      questions.add(new Question(one, letter, ticker.nanos()));
    }
    return () -> questions.stream().map(q -> counted(q.await())).toList();
  }

  private OutsideVerdict counted(OutsideVerdict verdict) {
    if (!verdict.answered()) {
      counters.unanswered.increment();
    }
    switch (verdict.action()) {
      case ACCEPT -> {}
      case JUNK -> counters.junked.increment();
      case REJECT -> counters.refused.increment();
      case DEFER -> counters.deferred.increment();
    }
    return verdict;
  }

  private static OutsideVerdict absent(Terms terms, String reason) {
    boolean defer = terms.absent() == Terms.Absent.DEFER;
    return new OutsideVerdict(
        terms.name(),
        defer ? Verdict.Action.DEFER : Verdict.Action.ACCEPT,
        defer ? LATER : null,
        List.of(),
        List.of(),
        reason,
        false,
        Duration.ZERO);
  }

  /// One judge asked about one message, on a thread of its own.
  private final class Question {
    private final Asked asked;
    private final long begun;
    private final BlockingQueue<OutsideVerdict> answer = new ArrayBlockingQueue<>(1);
    private final Thread thread;

    Question(Asked asked, Letter letter, long begun) {
      this.asked = asked;
      this.begun = begun;
      String name = "ask " + asked.terms().name();
      this.thread = Thread.ofVirtual().name(name).start(() -> answer.add(ask(letter).took(took())));
    }

    private OutsideVerdict ask(Letter letter) {
      Duration limit = asked.terms().limit();
      if (asked.rests()) {
        counters.spared.increment();
        return absent(
            asked.terms(), "it could not be reached before, and is not asked for a while");
      }
      try {
        if (!asked.enter(limit)) {
          return failed(letter, "too many messages wait for it");
        }
        try {
          OutsideVerdict verdict = asked.judge().judge(letter, left(limit));
          asked.reached();
          return verdict;
        } finally {
          asked.leave();
        }
      } catch (InterruptedException e) {
        return failed(letter, "too slow");
      } catch (Unreachable e) {
        asked.unreachable();
        return failed(letter, e.getMessage());
      } catch (IOException e) {
        asked.reached();
        return failed(letter, String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        LOG.log(WARNING, "judge-failed name=" + asked.terms().name(), e);
        return failed(letter, "a failure of ours: " + e);
      }
    }

    private OutsideVerdict failed(Letter letter, String why) {
      String reason = FieldText.printable(why, 200);
      LOG.log(
          WARNING,
          "judge-absent name={0} id={1} reason={2}",
          asked.terms().name(),
          letter.id(),
          reason);
      return absent(asked.terms(), "no answer: " + reason);
    }

    private Duration left(Duration limit) {
      Duration left = limit.minus(took());
      return left.isPositive() ? left : Duration.ofMillis(1);
    }

    private Duration took() {
      return Duration.ofNanos(ticker.nanos() - begun);
    }

    /// The answer, or that there is none in time: then whatever the thread waits for is broken off.
    OutsideVerdict await() {
      Duration left = left(asked.terms().limit().plus(GRACE));
      try {
        OutsideVerdict verdict = answer.poll(left.toNanos(), TimeUnit.NANOSECONDS);
        if (verdict != null) {
          return verdict;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      thread.interrupt();
      return absent(asked.terms(), "no answer in time").took(took());
    }
  }
}
