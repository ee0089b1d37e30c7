package org.posthorn.app.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Prints the configuration file with every key, its documentation and its default.
public final class ConfigText {
  private static final int WIDTH = 96;

  private static final String PREFACE =
      """
      # The configuration of Posthorn, with every key and its default. Every key may be left out.

      """;

  private final StringBuilder text = new StringBuilder(PREFACE);

  private ConfigText() {}

  /// The documented file.
  public static String describe() {
    ConfigText printer = new ConfigText();
    printer.table(Config.class, "", null);
    return printer.text.toString();
  }

  private void table(Class<?> type, String path, JsonNode overriding) {
    List<RecordComponent> tables = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (isTable(component) || !component.getAnnotation(Key.class).example().isEmpty()) {
        tables.add(component);
        continue;
      }
      Key key = component.getAnnotation(Key.class);
      String name = ConfigReader.name(component);
      comment(key.doc());
      JsonNode other = overriding == null ? null : overriding.get(name);
      text.append(name).append(" = ");
      text.append(other == null ? key.value() : literal(other)).append("\n\n");
    }
    for (RecordComponent component : tables) {
      String name = path + ConfigReader.name(component);
      comment(component.getAnnotation(Key.class).doc());
      if (isTable(component)) {
        text.append('[').append(name).append("]\n\n");
        table(component.getType(), name + ".", (ObjectNode) ConfigReader.standard(component));
      } else {
        example(component, name);
      }
    }
  }

  private void example(RecordComponent component, String name) {
    text.append("#\n# [[").append(name).append("]]\n");
    component.getAnnotation(Key.class).example().lines().forEach(l -> text.append("# " + l + "\n"));
    ParameterizedType list = (ParameterizedType) component.getGenericType();
    Class<?> element = (Class<?>) list.getActualTypeArguments()[0];
    text.append("#\n");
    for (RecordComponent part : element.getRecordComponents()) {
      comment("`" + ConfigReader.name(part) + "`: " + part.getAnnotation(Key.class).doc());
    }
    text.append('\n');
  }

  private void comment(String doc) {
    StringBuilder line = new StringBuilder("#");
    for (String word : doc.strip().split("\\s+")) {
      if (line.length() + 1 + word.length() > WIDTH) {
        text.append(line).append('\n');
        line = new StringBuilder("#");
      }
      line.append(' ').append(word);
    }
    text.append(line).append('\n');
  }

  private static boolean isTable(RecordComponent component) {
    return component.getType().isRecord() && ConfigReader.isTable(component.getType());
  }

  /// JSON texts, numbers, booleans and lists of them are TOML too.
  private static String literal(JsonNode value) {
    return value.toString();
  }
}
