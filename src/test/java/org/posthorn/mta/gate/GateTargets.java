package org.posthorn.mta.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.posthorn.store.kv.Row;

/// Targets for fuzzing: names in EHLO, and rows of the greylist.
public final class GateTargets {
  private static final InetAddress LOCAL = InetAddress.ofLiteral("192.0.2.25");

  private GateTargets() {}

  public static void hello(byte[] input) {
    String name = new String(input, StandardCharsets.ISO_8859_1);
    HelloName.Is is = HelloName.look(name, "mx.example.test", LOCAL);
    if (is == HelloName.Is.FINE && !name.startsWith("[")) {
      assertThat(name).matches("[A-Za-z0-9_.-]+");
    }
  }

  public static void row(byte[] input) {
    int cut = Math.min(input.length, 23);
    GreylistRows.decode(
        new Row(Arrays.copyOf(input, cut), Arrays.copyOfRange(input, cut, input.length)));
  }
}
