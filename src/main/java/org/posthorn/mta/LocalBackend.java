package org.posthorn.mta;

import java.util.List;
import org.posthorn.directory.Resolution;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.TlsChannel;
import org.posthorn.net.sasl.Claim;
import org.posthorn.net.sasl.SaslOffer;
import org.posthorn.net.sasl.ScramHash;
import org.posthorn.net.sasl.ScramSecret;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;

/// A backend that delivers here: logins, VRFY and EXPN are answered alike by all, who may begin a
/// transaction is for each to say.
abstract sealed class LocalBackend implements Backend
    permits MxBackend, SubmissionBackend, LmtpBackend {
  /// RFC 5321 §3.5.3: looks like one, and only others know.
  private static final Reply CANNOT_SAY =
      Reply.of(252, "2.1.5", "Others know whether the user exists; his mail is passed on to them");

  /// Of what a catch-all takes.
  private static final Reply NO_LIST =
      Reply.of(252, "2.1.5", "Nothing has that name, and mail to it is taken");

  final Mta mta;

  LocalBackend(Mta mta) {
    this.mta = mta;
  }

  @Override
  public final SaslOffer offer(TlsChannel tls) {
    return mta.directory().offer(tls);
  }

  @Override
  public final ScramSecret secret(ScramHash hash, String name) {
    return mta.directory().secret(hash, name);
  }

  @Override
  public final Login authenticate(Client client, Claim claim) {
    var from = client.endpoint().remote().getAddress();
    return switch (mta.directory().login(claim, from)) {
      case org.posthorn.directory.Login.Ok ok ->
          new Login.Ok(new AccountIdentity(ok.account(), ok.address()));
      case org.posthorn.directory.Login.Refused _, org.posthorn.directory.Login.OtherIdentity _ ->
          new Login.Refused();
      case org.posthorn.directory.Login.InsufficientScope _ -> new Login.InsufficientScope();
      case org.posthorn.directory.Login.TooMany t -> new Login.TooMany(t.retryAfter());
      case org.posthorn.directory.Login.Unavailable _ -> new Login.Unavailable();
    };
  }

  /// Null if the client is a stranger.
  final Submitter submitter(Client client) {
    if (client.authenticated()) {
      return new Submitter.Owner(mta, (AccountIdentity) client.identity());
    }
    return client.endpoint().mayRelay()
        ? new Submitter.Trusted(mta, client.endpoint().remote().getAddress().getHostAddress())
        : null;
  }

  @Override
  public final Fetched fetch(Client client, String url) {
    var identity = (AccountIdentity) client.identity();
    return new UrlContent(mta, identity.account()).fetch(url);
  }

  @Override
  public final Reply verify(Client client, EmailAddress address) {
    return switch (mta.directory().resolve(address)) {
      case Resolution.Found _ -> Reply.of(250, "2.1.5", "<" + address + ">");
      case Resolution.Forwarded f -> Recipients.willForward(f.to());
      case Resolution.Moved m -> Recipients.moved(m.to());
      case Resolution.BackupFor _ -> CANNOT_SAY;
      case Resolution.NoSuchUser n -> Recipients.noSuchUser();
      case Resolution.Tangled _ -> Recipients.tangled();
      case Resolution.NotOurs _ -> CANNOT_SAY;
    };
  }

  @Override
  public final Reply expand(Client client, EmailAddress address) {
    return switch (mta.directory().resolve(address)) {
      case Resolution.Found _ -> members(mta.directory().members(address));
      case Resolution.Forwarded f -> Recipients.willForward(f.to());
      case Resolution.Moved m -> Recipients.moved(m.to());
      case Resolution.BackupFor _ -> CANNOT_SAY;
      case Resolution.NoSuchUser n -> Recipients.noSuchUser();
      case Resolution.Tangled _ -> Recipients.tangled();
      case Resolution.NotOurs n -> Recipients.notOurs();
    };
  }

  private static Reply members(List<EmailAddress> members) {
    return members.isEmpty()
        ? NO_LIST
        : new Reply(250, "2.1.5", members.stream().map(a -> "<" + a + ">").toList());
  }

  @Override
  public final Reply startQueue(Client client, String domain) {
    return mta.queueStart().ask(domain);
  }

  /// Opens a transaction unless the disk is in trouble: better told now than after the message.
  ///
  /// @param submitter null for mail of strangers
  final Start open(Client client, Sender sender, Submitter submitter) {
    String trouble = mta.store().trouble();
    if (trouble != null) {
      return new Start.Refused(Reply.of(451, "4.3.0", "Cannot store mail now, try again later"));
    }
    Reply no = submitter == null ? null : submitter.refusal(sender.path());
    return no == null
        ? new Start.Opened(new MailTransaction(mta, client, sender, submitter))
        : new Start.Refused(no);
  }
}
