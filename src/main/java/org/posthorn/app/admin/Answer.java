package org.posthorn.app.admin;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// What came of a [Request].
///
/// @param error one line, empty when it was done
/// @param lines for people
/// @param result for programs
public record Answer(String error, List<String> lines, JsonNode result) {
  public Answer {
    lines = List.copyOf(lines);
  }

  public static Answer done(List<String> lines, JsonNode result) {
    return new Answer("", lines, result);
  }

  public static Answer failed(String error) {
    return new Answer(error, List.of(), Wire.JSON.createObjectNode());
  }

  public boolean ok() {
    return error.isEmpty();
  }
}
