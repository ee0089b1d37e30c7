package org.posthorn.imap.wire;

/// Ends the command under way with one tagged answer; thrown by parsers and commands, turned into
/// the answer in one place, the session's loop. No stack trace: this is an answer, not an accident.
public final class CommandException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// What the client is told.
  public enum Kind {
    /// The command was understood and refused.
    NO,
    /// The command was not understood.
    BAD,
    /// Neither side can go on; the connection is closed after the answer.
    BYE
  }

  private final Kind kind;
  private final String code;

  private CommandException(Kind kind, String code, String text) {
    super(text, null, false, false);
    this.kind = kind;
    this.code = code;
  }

  /// @param code response code without brackets (RFC 5530), or null
  public static CommandException no(String code, String text) {
    return new CommandException(Kind.NO, code, text);
  }

  public static CommandException no(String text) {
    return new CommandException(Kind.NO, null, text);
  }

  public static CommandException bad(String text) {
    return new CommandException(Kind.BAD, null, text);
  }

  public static CommandException bad(String code, String text) {
    return new CommandException(Kind.BAD, code, text);
  }

  public static CommandException bye(String code, String text) {
    return new CommandException(Kind.BYE, code, text);
  }

  public Kind kind() {
    return kind;
  }

  /// Without brackets; null if there is none.
  public String code() {
    return code;
  }
}
