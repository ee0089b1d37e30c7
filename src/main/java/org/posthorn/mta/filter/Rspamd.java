package org.posthorn.mta.filter;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.smtp.Client;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.ReversePath;

/// Rspamd, asked by its own protocol over HTTP.
public final class Rspamd implements OutsideJudge {
  /// Octets of an answer.
  static final int ANSWER_MAX = 1 << 20;

  /// Recipients that are named; the verdict is one for all of them.
  private static final int RECIPIENTS_MAX = 100;

  private static final int VALUE_MAX = 1000;

  private final Terms terms;
  private final HttpPost http;
  private final URI uri;
  private final String password;

  /// @param base where it listens, such as `http://127.0.0.1:11333`
  /// @param password that it wants to hear; "" for none
  public Rspamd(Terms terms, HttpPost http, URI base, String password) {
    this.terms = terms;
    this.http = http;
    this.uri = URI.create(base.toString().replaceAll("/+$", "") + "/checkv2");
    this.password = password;
  }

  @Override
  public Terms terms() {
    return terms;
  }

  @Override
  public OutsideVerdict judge(Letter letter, Duration within) throws IOException {
    byte[] answer;
    try {
      answer =
          http.post(
              new HttpPost.Request(
                  uri, headers(letter), letter.size(), letter.octets(), ANSWER_MAX, within));
    } catch (ConnectException e) {
      throw new Unreachable(e);
    }
    Finding finding = new Finding();
    RspamdAnswer.read(answer, finding);
    return finding.verdict(terms.name());
  }

  private List<HttpPost.Header> headers(Letter letter) {
    List<HttpPost.Header> all = new ArrayList<>();
    Client client = letter.client();
    ReversePath from = letter.sender().path();
    add(all, "From", from.isNull() ? "<>" : from.address().toString());
    for (ForwardPath to :
        letter.recipients().subList(0, Math.min(RECIPIENTS_MAX, letter.recipients().size()))) {
      add(all, "Rcpt", to.isPostmaster() ? "postmaster" : to.address().toString());
    }
    add(all, "IP", letter.clientAddress());
    add(all, "Helo", client.hello());
    add(all, "Hostname", letter.clientName().isEmpty() ? "unknown" : letter.clientName());
    add(all, "Queue-Id", letter.id());
    add(all, "MTA-Name", letter.hostname());
    if (client.authenticated()) {
      add(all, "User", client.identity().name());
    }
    if (client.tls() != null) {
      add(all, "TLS-Version", client.tls().version());
      add(all, "TLS-Cipher", client.tls().cipher());
    }
    add(all, "Password", password);
    return all;
  }

  private static void add(List<HttpPost.Header> all, String name, String value) {
    String text = FieldText.printable(value, VALUE_MAX).strip();
    if (!text.isEmpty()) {
      all.add(new HttpPost.Header(name, text));
    }
  }
}
