package org.posthorn.net.sasl;

/// The server's side of one exchange. One thread.
///
/// Life: [#start] if the client sent no initial response, then [#step] with each response, as long
/// as steps are challenges; [#secret] when a step wants one; [#judged] when a step claims. After
/// that there may be challenges again, with which the server has its last word.
public sealed interface SaslServer
    permits PlainServer, LoginServer, ScramServer, ExternalServer, BearerServer {
  /// The longest response an exchange takes, in octets: a token with the names and groups of a
  /// large firm. In base64 it is the 12,288 octets that RFC 4954 §4 asks for.
  int RESPONSE_MAX = 9216;

  /// The longest user name or password, in octets.
  int FIELD_MAX = 1024;

  String mechanism();

  /// The challenge for a client that sent no initial response.
  Step start();

  Step step(byte[] response);

  /// Answers [Step.WantsSecret].
  default Step secret(ScramSecret secret) {
    throw new IllegalStateException(mechanism() + " wants no secret");
  }

  /// Answers [Step.Claimed].
  default Step judged(Judgement.Verdict verdict) {
    return new Step.Over();
  }
}
