package org.posthorn.mta.judge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.posthorn.mime.MimeScanner;
import org.posthorn.mime.Part;

/// Targets for fuzzing.
public final class JudgeTargets {
  private static final Models MODELS = new Models(CommonModel.shipped());

  private JudgeTargets() {}

  /// A rule is read and gives a verdict, or is refused with a reason.
  public static void rule(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    try {
      Rule rule = Rule.parse("fuzz", text, Verdict.Action.JUNK);
      Case c = Strangers.of("from=a@b.test spf=pass dmarc=fail spam=60 listed=x.test").asCase();
      Verdict verdict = new Rules(List.of(rule)).decide(c);
      assertThat(verdict.rule()).isIn("fuzz", Verdict.NO_RULE);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  /// Any message has features, not too many, and learning it can be taken back.
  public static void message(byte[] input) throws IOException {
    Part structure = MimeScanner.scan(input);
    Features f =
        FeatureReader.read(
            structure.headers(),
            structure,
            (from, n) ->
                new ByteArrayInputStream(
                    input, (int) from, (int) Math.min(n, input.length - from)));
    assertThat(f.count()).isLessThanOrEqualTo(Features.MAX);
    assertThat(MODELS.likeness(f, null).percent()).isBetween(1, 99);
    AccountModel model = new AccountModel();
    model.add(f, 10_000);
    model.add(f, -10_000);
    assertThat(model.logit(f)).isZero();
  }

  /// What a sealer wrote is read, and vouches for nobody by accident.
  public static void sealed(byte[] input) {
    String value = new String(input, StandardCharsets.ISO_8859_1);
    if (Sealed.passes(value, "b.test")) {
      assertThat(value.toLowerCase()).contains("b.test").contains("pass");
    }
  }

  /// A row of a model or of notes is read or refused, and what was read is written alike.
  public static void row(byte[] input) {
    try {
      AccountModel model = new AccountModel();
      model.read(input.length & 15, input);
      assertThat(model.size()).isLessThanOrEqualTo(AccountModel.ENTRIES_MAX);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
    try {
      Notes notes = Known.notes().read(input);
      assertThat(Known.notes().read(notes.row()).row()).isEqualTo(notes.row());
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }
}
