package org.posthorn.app.command;

import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.posthorn.app.CommandFailed;
import picocli.CommandLine.Option;

/// Where a password comes from: an option, a file, standard input, a prompt, or chance.
final class PasswordOptions {
  private static final int FILE_MAX = 4_096;

  /// Without letters and digits that look alike. 32 of them: five bits each.
  private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

  private static final int GROUPS = 4;
  private static final int GROUP_LENGTH = 5;

  @Option(
      names = "--password",
      paramLabel = "PASSWORD",
      description = "The password. Others may see it in the list of processes.")
  private String password;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "Take the password from the first line of a file; - is standard input.")
  private String file;

  /// Who chose a password: what is typed at a prompt must be a good one, what a script brings is
  /// taken as it is, and what we made up must be shown.
  enum Source {
    GIVEN,
    TYPED,
    GENERATED
  }

  record Chosen(String password, Source source) {}

  Chosen choose(Io io) {
    if (password != null && file != null) {
      throw new CommandFailed("--password and --password-file exclude each other");
    }
    if (password != null) {
      return chosen(password, Source.GIVEN);
    }
    if (file != null) {
      return chosen(firstLine(io), Source.GIVEN);
    }
    Console console = System.console();
    if (console == null || !console.isTerminal()) {
      return new Chosen(generate(), Source.GENERATED);
    }
    char[] typed = console.readPassword("Password (empty generates one): ");
    if (typed == null || typed.length == 0) {
      return new Chosen(generate(), Source.GENERATED);
    }
    if (!Arrays.equals(typed, console.readPassword("The same again: "))) {
      throw new CommandFailed("the two passwords differ");
    }
    return chosen(new String(typed), Source.TYPED);
  }

  private static Chosen chosen(String text, Source source) {
    if (text.isEmpty()) {
      throw new CommandFailed("the password is empty");
    }
    return new Chosen(text, source);
  }

  private String firstLine(Io io) {
    try (InputStream in = file.equals("-") ? io.in() : Files.newInputStream(Path.of(file))) {
      String text = new String(in.readNBytes(FILE_MAX), StandardCharsets.UTF_8);
      return text.lines().findFirst().orElse("");
    } catch (IOException e) {
      throw new CommandFailed("cannot read the password from " + file + ": " + e.getMessage());
    }
  }

  /// A password of 100 random bits that can be read out over the phone.
  static String generate() {
    SecureRandom random = new SecureRandom();
    StringBuilder text = new StringBuilder();
    for (int group = 0; group < GROUPS; group++) {
      text.append(group == 0 ? "" : "-");
      for (int i = 0; i < GROUP_LENGTH; i++) {
        text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
      }
    }
    return text.toString();
  }
}
