package org.posthorn.net;

/// How a line that was read had ended.
public enum LineEnd {
  CRLF,
  LF
}
