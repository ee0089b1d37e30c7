package org.posthorn.directory.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// A target for fuzzing, and what holds for every input.
public final class TokenTargets {
  private static final Tokens TOKENS = new TestIssuer().tokens(TestIssuer.RULES);

  private TokenTargets() {}

  /// A token, and a set of keys: nothing that is made up is good.
  public static void token(byte[] input) {
    Checked checked = TOKENS.check(new String(input, StandardCharsets.ISO_8859_1));
    assertThat(checked).isInstanceOf(Checked.Bad.class);
    List<Jwk> keys = Jwk.set(input);
    if (keys != null) {
      assertThat(keys).hasSizeLessThanOrEqualTo(Jwk.KEYS_MAX);
    }
  }
}
