package org.posthorn.trust.report;

import java.io.IOException;

/// What came is no report, or larger than one may be. The message is for people.
public final class BadReportException extends IOException {
  private static final long serialVersionUID = 1;

  BadReportException(String message) {
    super(message);
  }
}
