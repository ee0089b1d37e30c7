package org.posthorn.directory;

import java.time.Instant;
import java.util.List;
import org.posthorn.mime.EmailAddress;

/// An address whose mail goes to others.
///
/// @param name the address, or `@domain` for the catch-all
/// @param expires from when on the address does not exist; null: never
public record Alias(String name, List<EmailAddress> targets, Instant expires) {
  public Alias {
    targets = List.copyOf(targets);
  }

  public Alias(String name, List<EmailAddress> targets) {
    this(name, targets, null);
  }
}
