package org.posthorn.mta.filter;

import java.util.ArrayList;
import java.util.List;
import org.posthorn.mime.EmailAddress;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.ForwardPath;

/// What a milter is told beside the steps, under the names that Sendmail gives it. A name of more
/// than one letter is in braces.
///
/// They stand before each step, as names and values in turn.
record MilterMacros(Letter letter) {
  List<String> connect() {
    Client.Endpoint at = letter.client().endpoint();
    List<String> all = new ArrayList<>();
    add(all, "j", letter.hostname());
    add(all, "_", clientName() + " [" + letter.clientAddress() + "]");
    add(all, "v", "Posthorn");
    add(all, "{daemon_name}", at.lmtp() ? "lmtp" : letter.submitted() ? "submission" : "smtp");
    add(all, "{daemon_addr}", at.local().getAddress().getHostAddress());
    add(all, "{daemon_port}", String.valueOf(at.local().getPort()));
    add(all, "{client_addr}", letter.clientAddress());
    add(all, "{client_port}", String.valueOf(at.remote().getPort()));
    add(all, "{client_name}", clientName());
    add(all, "{client_ptr}", clientName());
    add(all, "{client_resolve}", letter.clientName().isEmpty() ? "FAIL" : "OK");
    return all;
  }

  List<String> hello() {
    List<String> all = new ArrayList<>();
    Client.Tls tls = letter.client().tls();
    if (tls != null) {
      add(all, "{tls_version}", tls.version());
      add(all, "{cipher}", tls.cipher());
    }
    return all;
  }

  List<String> mail() {
    List<String> all = id();
    EmailAddress from = letter.sender().path().address();
    add(all, "{mail_addr}", from == null ? "<>" : from.toString());
    add(all, "{mail_host}", from == null ? "" : from.domain());
    add(all, "{mail_mailer}", "smtp");
    if (letter.client().authenticated()) {
      add(all, "{auth_type}", "SASL"); // filters look whether it is there
      add(all, "{auth_authen}", letter.client().identity().name());
    }
    return all;
  }

  List<String> recipient(ForwardPath to) {
    List<String> all = id();
    EmailAddress address = to.address();
    add(all, "{rcpt_addr}", address == null ? "postmaster" : address.toString());
    add(all, "{rcpt_host}", address == null ? "" : address.domain());
    add(all, "{rcpt_mailer}", "smtp");
    return all;
  }

  List<String> id() {
    List<String> all = new ArrayList<>();
    add(all, "i", letter.id());
    return all;
  }

  /// As Sendmail and Postfix say it where nothing is known.
  String clientName() {
    return letter.clientName().isEmpty() ? "unknown" : letter.clientName();
  }

  private static void add(List<String> all, String name, String value) {
    if (!value.isEmpty()) {
      all.add(name);
      all.add(value);
    }
  }
}
