package org.posthorn.mta.judge;

import java.util.List;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Sender;
import org.posthorn.trust.ReverseName;
import org.posthorn.trust.arc.ArcResult;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.dmarc.DmarcResult;
import org.posthorn.trust.list.ListHit;
import org.posthorn.trust.spf.SpfResult;

/// All that was found out about a message of a stranger. What was not looked at is null, or empty.
///
/// @param spf of the reverse-path, or of HELO for the null one
/// @param hits lists that name the client, or domains of the message
/// @param opinions of judges outside
public record Facts(
    Client client,
    Sender sender,
    ReverseName reverse,
    SpfResult spf,
    List<DkimResult> dkim,
    DmarcResult dmarc,
    ArcResult arc,
    List<ListHit> hits,
    List<Opinion> opinions) {
  public Facts {
    dkim = List.copyOf(dkim);
    hits = List.copyOf(hits);
    opinions = List.copyOf(opinions);
  }

  public Facts(
      Client client,
      Sender sender,
      ReverseName reverse,
      SpfResult spf,
      List<DkimResult> dkim,
      DmarcResult dmarc,
      ArcResult arc,
      List<ListHit> hits) {
    this(client, sender, reverse, spf, dkim, dmarc, arc, hits, List.of());
  }

  Facts with(List<Opinion> itsOpinions) {
    return new Facts(client, sender, reverse, spf, dkim, dmarc, arc, hits, itsOpinions);
  }
}
