package org.posthorn.mta.judge;

import org.posthorn.mta.trace.Story;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Sender;

/// Looks at mail of strangers. One per server, any thread.
public final class Inspector {
  private final Judge judge;

  public Inspector(Judge judge) {
    this.judge = judge;
  }

  Judge judge() {
    return judge;
  }

  /// MAIL was said; what can be looked up now is.
  public Inspection begin(Client client, Sender sender, Story story) {
    return new Inspection(this, client, sender, story);
  }
}
