package org.posthorn.mta;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.posthorn.directory.Outside;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.Headers;
import org.posthorn.mime.MimeScanner;
import org.posthorn.mta.queue.NewMessage;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.queue.QueuedRecipient;

/// Sends on what waited for an address of ours that leads elsewhere, as if it had just come.
final class SentOn implements LocalDelivery.Onward {
  /// Octets of a header that are looked at for where the message has been.
  private static final int HEADER_MAX = 256 * 1024;

  private final Mta mta;

  SentOn(Mta mta) {
    this.mta = mta;
  }

  @Override
  public NewMessage message(QueuedMessage message, QueuedRecipient recipient, List<Outside> to) {
    Outgoing outgoing = new Outgoing(mta, message.sender(), headers(message));
    return outgoing.again(message, recipient.recipient(), to);
  }

  @Override
  public EmailAddress original(EmailAddress sender) {
    return mta.recipients().rewritten(sender);
  }

  private Headers headers(QueuedMessage message) {
    try (InputStream in = mta.queue().open(message)) {
      return MimeScanner.scan(in.readNBytes(HEADER_MAX)).headers();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
