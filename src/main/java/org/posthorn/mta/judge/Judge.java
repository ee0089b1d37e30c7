package org.posthorn.mta.judge;

import java.util.Collection;
import org.posthorn.store.AccountId;
import org.posthorn.store.Message;

/// Decides what becomes of a message of a stranger, when all of it is there. Any thread; may wait
/// for the disk, and for others within the bounds it was given.
public interface Judge {
  /// @param message its octets can be read as often as one likes while this runs
  /// @param accounts that would get a copy; may be empty
  Judgement judge(Facts facts, Message message, Collection<AccountId> accounts);
}
