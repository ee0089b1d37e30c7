package org.posthorn.dns;

/// Who answers one question, without following anything. A seam: in front of the name servers
/// stands whoever validates what they say.
interface Upstream {
  Said ask(Question question, Work work);

  /// What a question came to.
  sealed interface Said {
    /// NOERROR or NXDOMAIN.
    ///
    /// @param security of what it says of the question: of the first CNAME alone, if it is one and
    ///   [Security#SECURE]
    /// @param holds seconds that it may be kept at most, besides what the records say themselves
    record Message(org.xbill.DNS.Message message, Security security, long holds) implements Said {
      static Message unproven(org.xbill.DNS.Message message) {
        return new Message(message, Security.INSECURE, Long.MAX_VALUE);
      }
    }

    record Nothing(Answer.Reason reason, String text) implements Said {}
  }
}
