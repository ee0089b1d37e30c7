package org.posthorn.bench;

import java.util.ArrayList;
import java.util.List;

/// How servers are started for workloads. Workloads with equal setups share servers.
interface Setup {
  /// The one under test.
  String SELF = "posthorn";

  /// What most workloads want.
  Setup MAILBOXES = new Mailboxes("mailboxes", 32);

  /// Who takes part, ourselves first.
  ///
  /// @param peers those asked for
  default List<String> contenders(List<String> peers) {
    List<String> all = new ArrayList<>(List.of(SELF));
    all.addAll(peers);
    return all;
  }

  /// Starts one of them, ready for work; null if it cannot do any work of this setup.
  Running start(Launcher launcher, String contender) throws Exception;

  /// Servers with empty accounts.
  ///
  /// @param name what is different gets servers of its own
  record Mailboxes(String name, int accounts) implements Setup {
    @Override
    public Running start(Launcher launcher, String contender) throws Exception {
      return launcher.mailboxes(contender, accounts);
    }
  }
}
