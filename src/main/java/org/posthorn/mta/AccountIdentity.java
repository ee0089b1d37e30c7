package org.posthorn.mta;

import org.posthorn.mime.EmailAddress;
import org.posthorn.smtp.Identity;
import org.posthorn.store.AccountId;

/// Who logged in to send.
record AccountIdentity(AccountId account, EmailAddress address) implements Identity {
  @Override
  public String name() {
    return address.toString();
  }
}
