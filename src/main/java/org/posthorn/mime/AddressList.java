package org.posthorn.mime;

import java.util.ArrayList;
import java.util.List;

/// Reads the address lists of From, To, Cc and their like, also as they are really written.
public final class AddressList {
  private AddressList() {}

  public static List<Address> parse(String field) {
    return new ArrayList<>();
  }

  /// All mailboxes, those in groups too.
  public static List<Address.Mailbox> mailboxes(String field) {
    List<Address.Mailbox> all = new ArrayList<>();
    for (Address a : parse(field)) {
      switch (a) {
        case Address.Mailbox m -> all.add(m);
        case Address.Group g -> all.addAll(g.members());
      }
    }
    return all;
  }
}
