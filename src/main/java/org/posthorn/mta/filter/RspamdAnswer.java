package org.posthorn.mta.filter;

import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.posthorn.smtp.Reply;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads what rspamd answers to `/checkv2`.
///
/// Its action `greylist` is a wish that its own greylisting would have turned into `soft reject`;
/// alone it means nothing. `discard` refuses, for no judge makes mail disappear. The subject is not
/// rewritten: the message goes into Junk.
final class RspamdAnswer {
  private static final int DEPTH_MAX = 50;
  private static final int NUMBER_MAX = 100;

  /// Symbols that are named as the reason, those that weigh most.
  private static final int SYMBOLS_MAX = 5;

  private static final int WORDS_MAX = 300;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH_MAX)
                          .maxNumberLength(NUMBER_MAX)
                          .build())
                  .build())
          .build();

  private RspamdAnswer() {}

  /// @throws ProtocolException when it is no answer
  static void read(byte[] json, Finding finding) throws ProtocolException {
    JsonNode answer = tree(json);
    String action = text(answer.path("action"));
    String reason = reason(answer, action);
    switch (action) {
      case "no action", "greylist", "accept" -> finding.reason(reason);
      case "add header", "rewrite subject", "quarantine" -> finding.junk(reason);
      case "reject", "discard" ->
          finding.reject(words(answer, 550, "5.7.1", "Spam is not wanted here"), reason);
      case "soft reject" -> finding.reject(words(answer, 451, "4.7.1", "Try again later"), reason);
      default -> throw new ProtocolException("an answer without an action");
    }
    changes(answer, finding);
  }

  private static JsonNode tree(byte[] json) throws ProtocolException {
    try {
      JsonNode node = MAPPER.readTree(json);
      if (node != null && node.isObject()) {
        return node;
      }
    } catch (JacksonException e) {
      // No JSON.
    }
    throw new ProtocolException("an answer that is no JSON object");
  }

  private static Reply words(JsonNode answer, int code, String enhanced, String standard) {
    String own = text(answer.path("messages").path("smtp_message"));
    String words = FieldText.printable(own, WORDS_MAX).strip();
    return Reply.of(code, enhanced, words.isEmpty() ? standard : words);
  }

  private static String reason(JsonNode answer, String action) {
    StringBuilder reason = new StringBuilder(action);
    if (answer.path("score").isNumber()) {
      reason.append(", score ").append(answer.path("score").asDouble());
      if (answer.path("required_score").isNumber()) {
        reason.append(" of ").append(answer.path("required_score").asDouble());
      }
    }
    record Symbol(String name, double score) {}
    List<Symbol> symbols = new ArrayList<>();
    for (Map.Entry<String, JsonNode> s : answer.path("symbols").properties()) {
      symbols.add(new Symbol(s.getKey(), s.getValue().path("score").asDouble(0)));
    }
    symbols.removeIf(s -> s.score() == 0);
    symbols.sort(Comparator.comparingDouble((Symbol s) -> -Math.abs(s.score())));
    for (Symbol s : symbols.subList(0, Math.min(SYMBOLS_MAX, symbols.size()))) {
      reason.append(", ").append(s.name()).append(' ').append(s.score());
    }
    return reason.toString();
  }

  private static void changes(JsonNode answer, Finding finding) {
    JsonNode milter = answer.path("milter");
    for (Map.Entry<String, JsonNode> remove : milter.path("remove_headers").properties()) {
      for (JsonNode index : each(remove.getValue())) {
        if (index.isInt() && index.intValue() >= 0) {
          finding.change(remove.getKey(), index.intValue(), "");
        }
      }
    }
    for (Map.Entry<String, JsonNode> add : milter.path("add_headers").properties()) {
      for (JsonNode value : each(add.getValue())) {
        finding.add(add.getKey(), text(value.isObject() ? value.path("value") : value));
      }
    }
    for (JsonNode signature : each(answer.path("dkim-signature"))) {
      finding.add("DKIM-Signature", text(signature));
    }
  }

  /// Its elements, or itself.
  private static Iterable<JsonNode> each(JsonNode node) {
    return node.isArray() ? node : node.isMissingNode() ? List.of() : List.of(node);
  }

  private static String text(JsonNode node) {
    return node.isString() ? node.stringValue() : "";
  }
}
