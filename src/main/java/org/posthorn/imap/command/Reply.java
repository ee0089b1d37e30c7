package org.posthorn.imap.command;

import java.io.IOException;

/// How a command that worked is answered: tagged OK.
///
/// @param code response code without brackets, or null
/// @param text what a person may read; null for "… completed"
/// @param then what happens after the answer is sent; null for nothing
public record Reply(String code, String text, After then) {
  /// The plain OK.
  public static final Reply OK = new Reply(null, null, null);

  /// Runs behind the tagged OK, before the next command is read.
  @FunctionalInterface
  public interface After {
    void run() throws IOException;
  }

  public static Reply ok(String code, String text) {
    return new Reply(code, text, null);
  }
}
