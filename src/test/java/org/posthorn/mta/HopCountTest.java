package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HopCountTest {
  @ParameterizedTest
  @CsvSource({
    "Received: a\\r\\n\\r\\n, 1",
    "received:a\\r\\nRECEIVED : b\\r\\nReceived\\t:\\r\\n\\r\\nReceived: body\\r\\n, 3",
    "Received-SPF: pass\\r\\nXReceived: x\\r\\n Received: x\\r\\n\\r\\n, 0",
    "Subject: Received: x\\r\\nreceive: x\\r\\nreceivedx: y\\r\\n, 0",
    "Received: a\\r\\n\\tReceived: b\\r\\nReceived: c\\r\\n, 2",
    "\\r\\nReceived: body\\r\\n, 0",
    "'', 0",
  })
  void countsFieldsOfTheHeader(String shown, int count) {
    String text = shown.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t");
    byte[] b = text.getBytes(StandardCharsets.US_ASCII);
    for (int chunk = 1; chunk <= Math.max(1, b.length); chunk++) {
      var hops = new HopCount();
      for (int at = 0; at < b.length; at += chunk) {
        hops.see(b, at, Math.min(chunk, b.length - at));
      }
      assertThat(hops.count()).as("in chunks of " + chunk).isEqualTo(count);
    }
  }
}
