package org.posthorn.app;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Resolver;
import org.posthorn.net.Dialer;
import org.posthorn.net.Outgoing;
import org.posthorn.net.ReservedNetworks;
import org.posthorn.net.ServerAuthorities;
import org.posthorn.net.TlsReport;

/// Asks web servers that strangers name, by HTTPS. Any thread.
///
/// The certificate must be good for the name; addresses that are nobody's business outside are not
/// asked; no redirect is followed; and everything has a bound and one deadline.
///
/// @implNote The JDK's client looks names up by itself, at other name servers than ours, and lets
///   nobody look at the address before it connects.
final class OutsideHttps {
  /// For all of it.
  static final Duration TOTAL = Duration.ofSeconds(40);

  private static final Duration CONNECT = Duration.ofSeconds(10);

  /// Addresses of one host that are tried.
  private static final int ADDRESSES_MAX = 3;

  static final int PORT = 443;

  private final Dialer dialer;
  private final Resolver resolver;
  private final ServerAuthorities authorities;
  private final boolean allowPrivate;
  private final Duration total;

  /// @param allowPrivate also addresses of this machine and of private networks
  OutsideHttps(
      Dialer dialer, Resolver resolver, ServerAuthorities authorities, boolean allowPrivate) {
    this(dialer, resolver, authorities, allowPrivate, TOTAL);
  }

  OutsideHttps(
      Dialer dialer,
      Resolver resolver,
      ServerAuthorities authorities,
      boolean allowPrivate,
      Duration total) {
    this.dialer = dialer;
    this.resolver = resolver;
    this.authorities = authorities;
    this.allowPrivate = allowPrivate;
    this.total = total;
  }

  /// What to ask.
  ///
  /// @param host A-labels
  /// @param path from `/` on, with its query
  /// @param contentType of the body
  /// @param body null: GET, otherwise POST
  /// @param answerMax octets of the answer's body
  record Request(
      String host, int port, String path, String contentType, byte[] body, int answerMax) {

    static Request get(String host, int port, String path, int answerMax) {
      return new Request(host, port, path, "", null, answerMax);
    }
  }

  /// The host's certificate is not good.
  static final class UntrustedException extends IOException {
    private static final long serialVersionUID = 1;

    private UntrustedException(String doubt) {
      super(doubt);
    }
  }

  /// @throws UntrustedException when the certificate is not good for the host
  /// @throws IOException that says why there is no answer, for people
  HttpReply ask(Request request) throws IOException {
    long until = dialer.ticker().nanos() + total.toNanos();
    IOException failed = null;
    for (InetAddress address : addresses(request.host())) {
      Duration left = Duration.ofNanos(until - dialer.ticker().nanos());
      if (!left.isPositive()) {
        break;
      }
      Outgoing connection;
      try {
        connection =
            dialer.dial(
                new InetSocketAddress(address, request.port()),
                null,
                left.compareTo(CONNECT) < 0 ? left : CONNECT);
      } catch (IOException e) {
        failed = e;
        continue;
      }
      try {
        return ask(connection, request, until);
      } finally {
        connection.abandon();
      }
    }
    throw failed == null ? new IOException("no answer in time") : failed;
  }

  private List<InetAddress> addresses(String host) throws IOException {
    List<InetAddress> all = new ArrayList<>();
    String trouble = add(all, resolver.ipv4(host));
    String six = add(all, resolver.ipv6(host));
    trouble = trouble == null ? six : trouble;
    if (all.isEmpty()) {
      throw new UnknownHostException(
          host + " has no address" + (trouble == null ? "" : ": " + trouble));
    }
    List<InetAddress> outside =
        all.stream()
            .filter(a -> allowPrivate || !ReservedNetworks.contains(a))
            .limit(ADDRESSES_MAX)
            .toList();
    if (outside.isEmpty()) {
      throw new IOException(host + " has no address that may be asked");
    }
    return outside;
  }

  /// @return what name servers did not tell, or null
  private static <T extends InetAddress> String add(List<InetAddress> all, Answer<T> answer) {
    return switch (answer) {
      case Answer.Found<T> f -> {
        all.addAll(f.records());
        yield null;
      }
      case Answer.Absent<T> _ -> null;
      case Answer.Failed<T> f -> f.text();
    };
  }

  private HttpReply ask(Outgoing connection, Request request, long until) throws IOException {
    Duration left = Duration.ofNanos(Math.max(1, until - dialer.ticker().nanos()));
    connection.timeout(left);
    connection.deadline(left);
    TlsReport tls = connection.startTls(request.host(), request.host(), authorities);
    if (!tls.verified()) {
      throw new UntrustedException(tls.doubt());
    }
    String at = request.host() + (request.port() == PORT ? "" : ":" + request.port());
    byte[] body = request.body();
    connection
        .out()
        .ascii((body == null ? "GET " : "POST ") + request.path() + " HTTP/1.1\r\n")
        .ascii("Host: " + at + "\r\nUser-Agent: Posthorn\r\nAccept-Encoding: identity\r\n")
        .ascii("Connection: close\r\n");
    if (body != null) {
      connection
          .out()
          .ascii("Content-Type: " + request.contentType() + "\r\n")
          .ascii("Content-Length: " + body.length + "\r\n");
    }
    connection.out().ascii("\r\n");
    if (body != null) {
      connection.out().write(body, 0, body.length);
    }
    connection.out().flush();
    return HttpReply.read(stream(connection), request.answerMax());
  }

  private static InputStream stream(Outgoing connection) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return connection.in().read();
      }

      @Override
      public int read(byte[] b, int off, int len) throws IOException {
        return len == 0 ? 0 : connection.in().read(b, off, len);
      }
    };
  }
}
