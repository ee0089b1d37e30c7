package org.posthorn.mta.judge;

/// What an account knows of the author of a message.
///
/// @param words for people, "" of a stranger
public record Standing(Code code, String words) {
  public static final Standing STRANGER = new Standing(Code.NO, "");

  /// Whether the account has dealt with him.
  public enum Code {
    /// It has not, or nothing proves that the message is his.
    NO,
    /// It has written to him, or kept his mail.
    GOOD,
    /// It has put his mail into Junk.
    BAD
  }
}
