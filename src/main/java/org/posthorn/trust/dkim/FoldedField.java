package org.posthorn.trust.dkim;

import java.util.Base64;

/// Text of a field in lines of decent length (RFC 5322 §2.1.1), folded only where signatures allow.
public final class FoldedField {
  private static final int WIDTH = 76;

  private final StringBuilder text = new StringBuilder(512);
  private int column;

  /// @param head the name with its colon, and what stands in the first line for certain
  public FoldedField(String head) {
    text.append(head);
    column = head.length();
  }

  /// Behind a space or a line end.
  public FoldedField word(String word) {
    if (column + 1 + word.length() > WIDTH) {
      fold();
    } else {
      text.append(' ');
      column++;
    }
    text.append(word);
    column += word.length();
    return this;
  }

  /// Right behind what is there, or behind a line end.
  public FoldedField piece(String piece) {
    if (column + piece.length() > WIDTH) {
      fold();
    }
    text.append(piece);
    column += piece.length();
    return this;
  }

  /// Broken wherever a line is full.
  public FoldedField base64(byte[] octets) {
    String digits = Base64.getEncoder().encodeToString(octets);
    for (int at = 0; at < digits.length(); ) {
      if (column >= WIDTH) {
        fold();
      }
      int n = Math.min(WIDTH - column, digits.length() - at);
      text.append(digits, at, at + n);
      column += n;
      at += n;
    }
    return this;
  }

  private void fold() {
    text.append("\r\n ");
    column = 1;
  }

  /// Without a line end.
  @Override
  public String toString() {
    return text.toString();
  }
}
