package org.posthorn.imap.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import org.posthorn.imap.command.Verb;
import org.posthorn.store.Refused;

/// Targets for fuzzing, and what holds for every input.
public final class ImapTargets {
  private static final int COMMAND_MAX = 64 * 1024;

  private ImapTargets() {}

  /// What one client sends: commands until the end or until it is sent away.
  public static void commands(byte[] input) {
    var source = new BytesSource(input, 7);
    var in = new ImapReader(source, COMMAND_MAX);
    try {
      int left = source.left();
      while (in.next()) {
        one(in);
        assertThat(source.left()).as("each command takes something").isLessThan(left);
        left = source.left();
      }
    } catch (CommandException | IOException e) {
      // BYE, or the stream's end.
    }
  }

  private static void one(ImapReader in) throws IOException {
    try {
      in.tag();
      in.expectSpace();
      assertThat(Verb.read(in).parse(in).toString()).isNotNull();
    } catch (CommandException e) {
      assertThat(e.getMessage().chars().allMatch(c -> c >= ' ' && c < 0x7f)).isTrue();
      in.skipRest();
    } catch (Refused e) {
      in.skipRest();
    }
  }

  /// A search that is stored, and the same octets as Gmail's search field.
  public static void search(byte[] input) {
    try {
      assertThat(SearchParser.parse(input).toString()).isNotNull();
    } catch (CommandException | IOException e) {
      // Not all is a search.
    }
    try {
      String query = new String(input, java.nio.charset.StandardCharsets.UTF_8);
      assertThat(GmailQuery.parse(query).toString()).isNotNull();
    } catch (CommandException e) {
      assertThat(e.kind()).isEqualTo(CommandException.Kind.BAD);
    }
  }

  /// A name has one spelling.
  public static void modifiedUtf7(byte[] input) {
    String name = ModifiedUtf7.decode(input);
    if (name != null) {
      assertThat(ModifiedUtf7.encode(name)).isEqualTo(input);
    }
    try {
      MailboxName.checkNew(MailboxName.parse(input, NameEncoding.MODIFIED_UTF7));
    } catch (CommandException e) {
      // Not every name is allowed.
    }
  }

  /// Pattern and name, with a line end between.
  public static void pattern(byte[] input) {
    int at = 0;
    while (at < input.length && input[at] != '\n') {
      at++;
    }
    byte[] pattern = Arrays.copyOf(input, at);
    byte[] name = Arrays.copyOfRange(input, Math.min(at + 1, input.length), input.length);
    String text = ModifiedUtf7.decode(name);
    ListPattern p = ListPattern.of(NameEncoding.MODIFIED_UTF7, new byte[0], pattern);
    if (p != null && text != null && text.length() <= 250) {
      p.matches(text);
      assertThat(ListPattern.of("*").matches(text)).isTrue();
    }
  }
}
