package org.posthorn.dns;

/// Who answers one question, without following anything. A seam: in front of the name servers
/// stands whoever validates what they say.
interface Upstream {
  /// @param end in nanoseconds of the ticker
  Said ask(Question question, long end);

  /// What a question came to.
  sealed interface Said {
    /// NOERROR or NXDOMAIN.
    record Message(org.xbill.DNS.Message message) implements Said {}

    record Nothing(Answer.Reason reason, String text) implements Said {}
  }
}
