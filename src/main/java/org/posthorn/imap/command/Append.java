package org.posthorn.imap.command;

import java.io.IOException;
import java.util.List;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.store.Changes;

/// RFC 3501 §6.3.11; several messages by RFC 3502, all of them stored or none; APPENDUID by RFC
/// 4315 §3.
///
/// @param first what the command's first line says of the messages
record Append(String mailbox, AppendArguments arguments, List<AppendStep> first)
    implements Command {
  static Append parse(ImapReader in) throws IOException {
    in.expectSpace();
    String mailbox = in.mailbox();
    AppendArguments arguments = new AppendArguments(true);
    return new Append(mailbox, arguments, arguments.next(in));
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    Place place = s.target(mailbox);
    try (Upload upload = new Upload(s, place, 0)) {
      Changes.Arrived done =
          place.access(s).append(place.box().name(), upload.receive(arguments, first));
      upload.stored();
      if (s.view() != null && s.view().id().equals(place.box().id())) {
        s.view().arrivedByOwn(done.uids());
      }
      return Reply.ok(appendUid(done), "APPEND completed");
    }
  }

  /// The response code.
  static String appendUid(Changes.Arrived done) {
    return "APPENDUID " + done.uidValidity() + " " + done.uids();
  }
}
