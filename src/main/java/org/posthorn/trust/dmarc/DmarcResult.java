package org.posthorn.trust.dmarc;

/// Whether the domain in From stands for the message.
///
/// @param domain of From, A-labels in lower case; "" if there is not exactly one
/// @param policyDomain whose record decided, "" without
/// @param published what the record asks for with mail that fails
/// @param asked what it asks for with this message: the published policy, softened where it is only
///   tried out; NONE unless the code is FAIL, or TEMPERROR where only SPF or signatures could not
///   be checked
/// @param spfAligned SPF passed for a domain that fits
/// @param dkimAligned a signature of a domain that fits is good
/// @param reason for people
public record DmarcResult(
    Code code,
    String domain,
    String policyDomain,
    Policy published,
    Policy asked,
    boolean spfAligned,
    boolean dkimAligned,
    String reason) {

  /// RFC 7489 §11.2.
  public enum Code {
    /// No record.
    NONE,
    PASS,
    FAIL,
    TEMPERROR,
    PERMERROR;

    /// As in Authentication-Results.
    public String word() {
      return name().toLowerCase();
    }
  }

  /// What to do with mail that fails.
  public enum Policy {
    NONE,
    QUARANTINE,
    REJECT;

    public String word() {
      return name().toLowerCase();
    }
  }
}
