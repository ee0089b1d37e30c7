package org.posthorn.bench;

import java.util.ArrayList;
import java.util.List;

/// All there is to measure, in the order of the table. Those with equal setups stand together.
final class Workloads {
  private Workloads() {}

  static List<Workload> all(Scale scale) {
    List<Workload> all = new ArrayList<>();
    all.addAll(Deliveries.all(scale));
    all.addAll(SmtpSource.all(scale));
    all.addAll(ImapWork.all(scale));
    all.addAll(ImapBulk.all(scale.messages()));
    all.addAll(Watchers.all(scale));
    all.addAll(Arrivals.all(scale));
    all.addAll(PopChecks.all(scale));
    all.addAll(Retrievals.all(scale));
    all.addAll(Searches.all(scale));
    all.addAll(IdleSessions.all(scale));
    all.addAll(AtRest.all(scale));
    all.addAll(DiskUse.all(scale));
    all.addAll(ColdStarts.all());
    all.addAll(Receiving.all(scale));
    all.addAll(Sending.all(scale));
    return all;
  }
}
