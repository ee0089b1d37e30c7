package org.posthorn.app;

import java.time.InstantSource;
import org.posthorn.mta.SendingLimits;
import org.posthorn.mta.judge.Experience;
import org.posthorn.mta.judge.Judge;
import org.posthorn.mta.judge.JudgeOptions;
import org.posthorn.mta.judge.RuleJudge;

/// The judge of strangers' mail, with what accounts know, wired.
final class Judging implements AutoCloseable {
  private final Experience experience;
  private final Judge judge;

  private Judging(Experience experience, Judge judge) {
    this.experience = experience;
    this.judge = judge;
  }

  /// Judges, and learns if it is to.
  static Judging open(JudgeOptions options, Core core) {
    Experience experience =
        new Experience(core.store(), InstantSource.system(), SendingLimits::hasWritten);
    if (options.learn()) {
      experience.start();
    } else {
      experience.close(); // what was learned before counts all the same
    }
    return new Judging(experience, new RuleJudge(options, core.directory()::isOurs, experience));
  }

  Judge judge() {
    return judge;
  }

  @Override
  public void close() {
    experience.close();
  }
}
