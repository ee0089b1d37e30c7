package org.posthorn.directory;

import java.util.List;
import org.posthorn.mime.EmailAddress;

/// Where the owner of an account has its mail sent on.
///
/// @param targets none: nowhere
/// @param keepCopy whether the account has a copy, too
public record Forwarding(List<EmailAddress> targets, boolean keepCopy) {
  static final Forwarding NONE = new Forwarding(List.of(), false);

  public Forwarding {
    targets = List.copyOf(targets);
  }
}
