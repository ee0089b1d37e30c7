package org.posthorn.directory.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IssuerKeysTest {
  private final TestIssuer issuer = new TestIssuer();
  private final AtomicLong nanos = new AtomicLong(77);
  private final AtomicInteger fetches = new AtomicInteger();
  private String answer = keys("a"); // null: the issuer is down
  private final IssuerKeys keys =
      IssuerKeys.ofUri(
          URI.create("https://id.example.test/jwks"),
          request -> {
            assertThat(request.form()).isNull();
            assertThat(request.authorization()).isEmpty();
            assertThat(request.answerMax()).isEqualTo(IssuerKeys.SET_MAX);
            fetches.incrementAndGet();
            if (answer == null) {
              throw new IOException("down");
            }
            return answer.getBytes(UTF_8);
          },
          nanos::get);

  private String keys(String id) {
    return "{\"keys\":[" + issuer.ecJwk(id) + "]}";
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private boolean knows(String id) throws IOException {
    return !keys.find(id, JwsAlgorithm.ES256).isEmpty();
  }

  @Test
  void readOnceAndAgainWhenOld() throws IOException {
    for (int i = 0; i < 10; i++) {
      assertThat(knows("a")).isTrue();
      assertThat(knows("")).isTrue();
      pass(Duration.ofMinutes(5));
    }
    assertThat(fetches.get()).isEqualTo(1);
    pass(IssuerKeys.FRESH);
    assertThat(knows("a")).isTrue();
    assertThat(fetches.get()).isEqualTo(2);
    assertThat(keys.find("a", JwsAlgorithm.RS256)).isEmpty();
  }

  @Test
  void aNewKeyIsFoundWhenATokenNamesIt() throws IOException {
    assertThat(knows("a")).isTrue();
    answer = keys("b");
    pass(IssuerKeys.PAUSE);
    assertThat(knows("b")).isTrue();
    assertThat(knows("a")).isFalse(); // the issuer gave it up
    assertThat(fetches.get()).isEqualTo(2);
  }

  @Test
  void tokensDoNotMakeUsAskWithoutEnd() throws IOException {
    for (int i = 0; i < 1000; i++) {
      assertThat(knows("junk" + i)).isFalse();
    }
    assertThat(fetches.get()).isEqualTo(1);
    pass(IssuerKeys.PAUSE);
    for (int i = 0; i < 1000; i++) {
      assertThat(knows("junk" + i)).isFalse();
    }
    assertThat(fetches.get()).isEqualTo(2);
  }

  @Test
  void oldKeysAreGoodForAWhileWhenTheIssuerIsDown() throws IOException {
    assertThat(knows("a")).isTrue();
    answer = null;
    pass(IssuerKeys.FRESH.plusSeconds(1));
    assertThat(knows("a")).isTrue();
    assertThat(fetches.get()).isEqualTo(2);
    assertThat(knows("a")).isTrue(); // and not asked again at once
    assertThat(fetches.get()).isEqualTo(2);
    pass(IssuerKeys.STALE_MAX);
    assertThatThrownBy(() -> knows("a")).isInstanceOf(IOException.class);
    answer = keys("a");
    pass(IssuerKeys.PAUSE);
    assertThat(knows("a")).isTrue();
  }

  @Test
  void anIssuerThatIsDownIsNotAskedForEachLogin() throws IOException {
    answer = null;
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> knows("a")).isInstanceOf(IOException.class);
    }
    assertThat(fetches.get()).isEqualTo(1);
    answer = "<html>";
    pass(IssuerKeys.PAUSE);
    assertThatThrownBy(() -> knows("a")).isInstanceOf(IOException.class);
    answer = keys("a");
    pass(IssuerKeys.PAUSE);
    assertThat(knows("a")).isTrue();
  }

  @Test
  void fromAFile(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("jwks.json");
    IssuerKeys own = IssuerKeys.ofFile(file, nanos::get);
    assertThatThrownBy(() -> own.find("a", JwsAlgorithm.ES256)).isInstanceOf(IOException.class);
    Files.writeString(file, keys("a") + " ".repeat(IssuerKeys.SET_MAX));
    pass(IssuerKeys.PAUSE);
    assertThatThrownBy(() -> own.find("a", JwsAlgorithm.ES256)).isInstanceOf(IOException.class);
    Files.writeString(file, keys("a"));
    pass(IssuerKeys.PAUSE);
    assertThat(own.find("a", JwsAlgorithm.ES256)).hasSize(1);
  }
}
