package org.posthorn.smtp.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

/// A mail server that behaves, but for what a test tells it. Set up before it serves; several
/// connections may share one.
///
/// ```
/// PoliteServer mx = new PoliteServer("PIPELINING", "SIZE 1000000").answers("RCPT TO:<bo@", "550 5.1.1 no such user");
/// try (RemoteServer server = RemoteServer.start(mx)) { … assertThat(mx.taken()) … }
/// ```
public final class PoliteServer implements RemoteServer.Script {
  /// A message that was taken.
  ///
  /// @param mail the line of MAIL
  /// @param recipients the lines of the RCPT commands that were accepted
  /// @param octets without the final dot, dots undoubled; ISO-8859-1
  public record Taken(String mail, List<String> recipients, String octets, boolean tls) {}

  /// An answer that closes the connection after it was sent.
  public static final String CLOSE = "<close>";

  private final List<String> features = new ArrayList<>();
  private final Map<String, List<String>> answers = new LinkedHashMap<>();
  private final List<Taken> taken = new CopyOnWriteArrayList<>();
  private SSLContext tls;
  private boolean implicit;
  private String banner = "220 mx.remote.test ESMTP";

  public PoliteServer(String... features) {
    this.features.addAll(List.of(features));
  }

  public PoliteServer banner(String line) {
    banner = line;
    return this;
  }

  /// Answers commands that begin so (without regard to case) with these lines, the first such
  /// command with the first line, and so on; the last line is for all that follow. `.` is the end
  /// of a message. An empty answer closes without one; [#CLOSE] behind a line closes after it.
  public PoliteServer answers(String command, String... replies) {
    answers.put(command.toUpperCase(Locale.ROOT), new CopyOnWriteArrayList<>(replies));
    return this;
  }

  /// Offers STARTTLS.
  public PoliteServer tls(SSLContext context) {
    tls = context;
    return this;
  }

  public PoliteServer implicitTls(SSLContext context) {
    tls = context;
    implicit = true;
    return this;
  }

  public List<Taken> taken() {
    return List.copyOf(taken);
  }

  private String answer(String command, String otherwise) {
    List<String> best = null;
    int length = 0;
    for (Map.Entry<String, List<String>> rule : answers.entrySet()) {
      boolean fits = command.toUpperCase(Locale.ROOT).startsWith(rule.getKey());
      if (fits && rule.getKey().length() > length) {
        best = rule.getValue();
        length = rule.getKey().length();
      }
    }
    if (best == null) {
      return otherwise;
    }
    synchronized (best) {
      return best.size() > 1 ? best.removeFirst() : best.getFirst();
    }
  }

  /// Sends an answer.
  ///
  /// @return whether the connection goes on
  private boolean reply(RemoteServer.Peer peer, String answer) throws IOException {
    boolean closes = answer.endsWith(CLOSE);
    String text = closes ? answer.substring(0, answer.length() - CLOSE.length()) : answer;
    if (!text.isEmpty()) {
      peer.raw(text + "\r\n");
    }
    return !closes && !text.isEmpty();
  }

  @Override
  public void talk(RemoteServer.Peer peer) throws IOException {
    if (implicit) {
      peer.startTls(tls);
    }
    if (!reply(peer, banner)) {
      return;
    }
    String mail = null;
    List<String> recipients = new ArrayList<>();
    StringBuilder chunks = new StringBuilder();
    for (String line = peer.line(); line != null; line = peer.line()) {
      String verb = line.split(" ", 2)[0].toUpperCase(Locale.ROOT);
      String answer = answer(line, usual(verb, mail != null, !recipients.isEmpty(), peer.tls()));
      boolean good = answer.startsWith("2") || answer.startsWith("3");
      if (verb.equals("BDAT")) {
        String[] words = line.split(" ");
        chunks.append(peer.octets(Integer.parseInt(words[1])));
        if (words.length > 2 && good) {
          answer = answer(".", "250 2.0.0 taken");
          good = answer.startsWith("2");
        }
        if (words.length > 2 && good) {
          taken.add(new Taken(mail, List.copyOf(recipients), chunks.toString(), peer.tls()));
        }
      }
      if (!reply(peer, answer) || verb.equals("QUIT")) {
        return;
      }
      switch (verb) {
        case "MAIL" -> mail = good ? line : mail;
        case "RCPT" -> {
          if (good) {
            recipients.add(line);
          }
        }
        case "STARTTLS" -> {
          if (good) {
            peer.startTls(tls);
          }
        }
        case "DATA" -> {
          if (good) {
            String octets = undoubled(peer.data());
            String end = answer(".", "250 2.0.0 taken");
            if (end.startsWith("2") && !recipients.isEmpty()) {
              taken.add(new Taken(mail, List.copyOf(recipients), octets, peer.tls()));
            }
            if (!reply(peer, end)) {
              return;
            }
            mail = null;
            recipients.clear();
          }
        }
        default -> {}
      }
      if (verb.equals("RSET") || verb.equals("EHLO") || verb.equals("BDAT") && endsChunks(line)) {
        mail = null;
        recipients.clear();
        chunks.setLength(0);
      }
    }
  }

  private static boolean endsChunks(String bdat) {
    return bdat.toUpperCase(Locale.ROOT).endsWith("LAST");
  }

  private static String undoubled(String data) {
    StringBuilder out = new StringBuilder();
    for (String line : data.split("\r\n", -1)) {
      out.append(line.startsWith(".") ? line.substring(1) : line).append("\r\n");
    }
    return out.substring(0, out.length() - 2);
  }

  private String usual(String verb, boolean mail, boolean recipients, boolean secure) {
    return switch (verb) {
      case "EHLO" -> {
        List<String> lines = new ArrayList<>(List.of("mx.remote.test"));
        lines.addAll(features);
        if (tls != null && !secure) {
          lines.add("STARTTLS");
        }
        yield multiLine(250, lines.toArray(String[]::new));
      }
      case "HELO" -> "250 mx.remote.test";
      case "STARTTLS" -> tls == null || secure ? "502 5.5.1 no" : "220 2.0.0 go ahead";
      case "AUTH" -> "235 2.7.0 welcome";
      case "MAIL" -> mail ? "503 5.5.1 again?" : "250 2.1.0 sender ok";
      case "RCPT" -> mail ? "250 2.1.5 recipient ok" : "503 5.5.1 MAIL first";
      case "DATA" -> recipients ? "354 go on" : "554 5.5.1 no recipients";
      case "BDAT" -> recipients ? "250 2.0.0 chunk ok" : "503 5.5.1 no recipients";
      case "RSET", "NOOP" -> "250 2.0.0 ok";
      case "QUIT" -> "221 2.0.0 bye";
      default -> "500 5.5.2 what?";
    };
  }

  /// A reply of several lines, without the last CRLF.
  public static String multiLine(int code, String... lines) {
    StringBuilder out = new StringBuilder();
    for (String line : Arrays.copyOf(lines, lines.length - 1)) {
      out.append(code).append('-').append(line).append("\r\n");
    }
    return out.append(code).append(' ').append(lines[lines.length - 1]).toString();
  }
}
