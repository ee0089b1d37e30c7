package org.posthorn.mta.filter;

import java.net.ProtocolException;

/// What we offer a milter, and what it takes of that (`SMFIF_` and `SMFIP_` of libmilter's
/// mfdef.h).
///
/// @param steps bits of what it does not want to be told, or does not answer
record Negotiation(int version, int steps) {
  /// That of libmilter since Sendmail 8.14, and of Postfix.
  static final int VERSION = 6;

  /// The oldest one that has the frames we speak.
  private static final int VERSION_MIN = 2;

  /// Fields may be added.
  static final int ADD_HEADERS = 0x01;

  /// Fields may be changed and taken out.
  static final int CHANGE_HEADERS = 0x10;

  static final int QUARANTINE = 0x20;

  /// Not offered: another body, sender or set of recipients, and lists of macros, for all that we
  /// have are sent anyway.
  static final int ACTIONS = ADD_HEADERS | CHANGE_HEADERS | QUARANTINE;

  static final int NO_CONNECT = 0x01;
  static final int NO_HELO = 0x02;
  static final int NO_MAIL = 0x04;
  static final int NO_RCPT = 0x08;
  static final int NO_BODY = 0x10;
  static final int NO_HEADERS = 0x20;
  static final int NO_END_OF_HEADER = 0x40;
  static final int SILENT_HEADER = 0x80;
  static final int NO_UNKNOWN = 0x100;
  static final int NO_DATA = 0x200;
  static final int SKIP = 0x400;
  static final int SILENT_CONNECT = 0x1000;
  static final int SILENT_HELO = 0x2000;
  static final int SILENT_MAIL = 0x4000;
  static final int SILENT_RCPT = 0x8000;
  static final int SILENT_DATA = 0x10000;
  static final int SILENT_UNKNOWN = 0x20000;
  static final int SILENT_END_OF_HEADER = 0x40000;
  static final int SILENT_BODY = 0x80000;

  /// Values of fields are sent with the blank behind the colon.
  static final int LEADING_SPACE = 0x100000;

  static final int STEPS =
      NO_CONNECT
          | NO_HELO
          | NO_MAIL
          | NO_RCPT
          | NO_BODY
          | NO_HEADERS
          | NO_END_OF_HEADER
          | SILENT_HEADER
          | NO_UNKNOWN
          | NO_DATA
          | SKIP
          | SILENT_CONNECT
          | SILENT_HELO
          | SILENT_MAIL
          | SILENT_RCPT
          | SILENT_DATA
          | SILENT_UNKNOWN
          | SILENT_END_OF_HEADER
          | SILENT_BODY
          | LEADING_SPACE;

  /// @throws ProtocolException when it takes more than there is
  static Negotiation of(MilterReply.Options answer) throws ProtocolException {
    if (answer.version() < VERSION_MIN || answer.version() > VERSION) {
      throw new ProtocolException("speaks version " + answer.version() + " of the protocol");
    }
    if ((answer.actions() & ~ACTIONS) != 0) {
      throw new ProtocolException(
          "insists on changes that are not possible here: 0x"
              + Integer.toHexString(answer.actions() & ~ACTIONS));
    }
    return new Negotiation(answer.version(), answer.steps() & STEPS);
  }

  boolean has(int bit) {
    return (steps & bit) != 0;
  }
}
