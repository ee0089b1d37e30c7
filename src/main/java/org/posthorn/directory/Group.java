package org.posthorn.directory;

import java.util.List;
import org.posthorn.mime.EmailAddress;

/// An address whose mail goes to its members. Unlike an alias it is nobody's own address, and EXPN
/// tells who is in it.
///
/// @param owner who hears when mail to members elsewhere fails; null: the sender does
public record Group(EmailAddress address, List<EmailAddress> members, EmailAddress owner) {
  public Group {
    members = List.copyOf(members);
  }
}
