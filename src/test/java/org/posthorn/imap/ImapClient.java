package org.posthorn.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.posthorn.net.LineClient;

/// A client for tests. A response is one string, with its literals as they came.
public final class ImapClient implements AutoCloseable {
  private static final Pattern LITERAL = Pattern.compile("~?\\{(\\d+)\\}$");

  private final LineClient line;
  public final String greeting;
  private int number;

  private ImapClient(LineClient line) throws IOException {
    this.line = line;
    this.greeting = line.readLine();
  }

  public static ImapClient connect(InetSocketAddress to) throws IOException {
    return new ImapClient(LineClient.connect(to));
  }

  public LineClient raw() {
    return line;
  }

  /// What a command led to.
  ///
  /// @param untagged without `* `, in order
  /// @param tagged without the tag
  public record Answer(List<String> untagged, String tagged) {
    public List<String> with(String word) {
      return untagged.stream().filter(u -> u.contains(word)).toList();
    }
  }

  /// Runs a command and returns all that came.
  public Answer run(String command) throws IOException {
    String tag = send(command);
    return finish(tag);
  }

  public String send(String command) throws IOException {
    String tag = "A" + ++number;
    line.send(tag + " " + command);
    return tag;
  }

  public Answer finish(String tag) throws IOException {
    List<String> untagged = new ArrayList<>();
    while (true) {
      String r = response();
      assertThat(r).as("answer to %s after %s", tag, untagged).isNotNull();
      if (r.startsWith(tag + " ")) {
        return new Answer(untagged, r.substring(tag.length() + 1));
      }
      assertThat(r).startsWith("* ");
      untagged.add(r.substring(2));
    }
  }

  /// One response with its literals, or null at the end.
  public String response() throws IOException {
    String l = line.readLine();
    if (l == null) {
      return null;
    }
    var all = new StringBuilder(l);
    for (Matcher m = LITERAL.matcher(l); m.find(); m = LITERAL.matcher(l)) {
      byte[] b = line.readBytes(Integer.parseInt(m.group(1)));
      all.append("\r\n").append(new String(b, StandardCharsets.ISO_8859_1));
      l = line.readLine();
      all.append(l);
    }
    return all.toString();
  }

  /// Runs a command that must work; its untagged responses.
  public List<String> ok(String command) throws IOException {
    Answer a = run(command);
    assertThat(a.tagged).as(command).startsWith("OK");
    return a.untagged;
  }

  /// Runs a command that must be refused; the answer without NO.
  public String no(String command) throws IOException {
    Answer a = run(command);
    assertThat(a.tagged).as(command).startsWith("NO ");
    return a.tagged.substring(3);
  }

  /// Runs a command that must not be understood; the answer without BAD.
  public String bad(String command) throws IOException {
    Answer a = run(command);
    assertThat(a.tagged).as(command).startsWith("BAD ");
    return a.tagged.substring(4);
  }

  /// Appends by a literal that waits for no go-ahead.
  public Answer append(String before, String text) throws IOException {
    byte[] b = text.getBytes(StandardCharsets.ISO_8859_1);
    String tag = send("APPEND " + before + " {" + b.length + "+}");
    line.raw(b).raw("\r\n");
    return finish(tag);
  }

  @Override
  public void close() throws IOException {
    line.close();
  }
}
