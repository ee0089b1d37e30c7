package org.posthorn.app;

import org.posthorn.app.config.Filters;
import org.posthorn.app.metrics.Figures;
import org.posthorn.mta.Mta;
import org.posthorn.mta.filter.OutsideJudges;
import org.posthorn.net.Dialer;
import org.posthorn.net.Ticker;

/// The judges outside of this process, with the connections to them.
final class OutsideFilters implements AutoCloseable {
  private final Dialer dialer = new Dialer(Ticker.SYSTEM);

  private OutsideFilters() {}

  /// From now on they are asked.
  ///
  /// @throws CommandFailed when the configuration is wrong
  static OutsideFilters open(Filters config, Mta mta, Figures figures) {
    OutsideFilters made = new OutsideFilters();
    try {
      OutsideJudges judges = FilterSettings.of(config, made.dialer, new HttpFetcher());
      figures.counters("filter", judges.counters());
      mta.ask(judges);
      return made;
    } catch (RuntimeException e) {
      made.close();
      throw e;
    }
  }

  /// Who waits for an answer gets none.
  @Override
  public void close() {
    dialer.close();
  }
}
