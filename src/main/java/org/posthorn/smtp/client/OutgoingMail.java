package org.posthorn.smtp.client;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Sender;

/// One message for one transaction.
///
/// @param sender what MAIL says; the size is that of the content, the body and the options what the
///   content and the envelope need in truth
/// @param recipients one at least, and no more than [SmtpClient#recipientsMax]
public record OutgoingMail(Sender sender, List<Recipient> recipients, Content content) {
  /// Gives the octets, from the start at each call.
  @FunctionalInterface
  public interface Content {
    InputStream open() throws IOException;
  }

  public OutgoingMail {
    recipients = List.copyOf(recipients);
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("mail for nobody");
    }
  }
}
