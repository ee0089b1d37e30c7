package org.posthorn.directory;

import java.util.List;
import org.posthorn.mime.EmailAddress;

/// An address whose mail goes to others.
///
/// @param name the address, or `@domain` for the catch-all
public record Alias(String name, List<EmailAddress> targets) {
  public Alias {
    targets = List.copyOf(targets);
  }
}
