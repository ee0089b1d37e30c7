package org.posthorn.imap;

import org.posthorn.directory.Directory;
import org.posthorn.directory.SaslPrep;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.store.Grantee;

/// What clients call those who have rights (RFC 4314 §2): the address of an account, `anyone`, and
/// either behind a `-`. Rights stay with an account, not with its address.
public final class Identifiers {
  private static final String ANYONE = "anyone";

  private final Directory directory;

  Identifiers(Directory directory) {
    this.directory = directory;
  }

  /// Who is meant; NO if that is nobody here.
  public Grantee find(String identifier) {
    String prepared = SaslPrep.prepare(identifier); // RFC 4314 §3
    if (prepared == null || prepared.equals("-")) {
      throw CommandException.bad("That can be nobody's identifier");
    }
    boolean negative = prepared.startsWith("-");
    String name = negative ? prepared.substring(1) : prepared;
    Grantee g =
        name.equalsIgnoreCase(ANYONE)
            ? Grantee.ANYONE
            : directory
                .account(name)
                .map(e -> Grantee.user(e.account()))
                .orElseThrow(() -> CommandException.no("CANNOT", "No such user"));
    return negative ? g.negated() : g;
  }

  /// As it is shown, or null if nobody is left who could be meant.
  public String text(Grantee g) {
    String name =
        g.isAnyone()
            ? ANYONE
            : directory.account(g.account()).map(e -> e.address().toString()).orElse(null);
    return name == null || !g.negative() ? name : "-" + name;
  }
}
