package org.posthorn.app.config;

import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.posthorn.net.NetworkSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.toml.TomlFactory;

/// Reads a TOML file into [Config]. Every complaint names the file, the line where it can be found,
/// and the key.
public final class ConfigReader {
  /// Largest configuration file.
  static final int FILE_MAX = 1 << 20;

  /// Names whose digits belong to the word.
  private static final Set<String> PROPER_NAMES =
      Set.of("pop3", "pop3s", "ipv4", "ipv6", "source4", "source6");

  // Without a mapper, which takes a tenth of a second to make.
  private static final TomlFactory TOML = new TomlFactory();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final String source;
  private final String text;

  private ConfigReader(String source, String text) {
    this.source = source;
    this.text = text;
  }

  /// The configuration of an empty file.
  public static Config defaults() {
    return parse("defaults", "");
  }

  /// Reads a file.
  ///
  /// @throws ConfigException when it cannot be read or means nothing
  public static Config read(Path file) {
    try {
      if (Files.size(file) > FILE_MAX) {
        throw new ConfigException(file + ": larger than " + FILE_MAX + " bytes");
      }
      return parse(file.toString(), Files.readString(file, StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      throw new ConfigException(file + ": no such file");
    } catch (IOException e) {
      throw new ConfigException(file + ": cannot be read: " + e.getMessage());
    }
  }

  /// Reads text; `source` names it in complaints.
  public static Config parse(String source, String text) {
    ConfigReader reader = new ConfigReader(source, text);
    return reader.bind(Config.class, reader.tree(text), "");
  }

  private ObjectNode tree(String toml) {
    try {
      return read(toml);
    } catch (StreamReadException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
      throw new ConfigException(
          source + (line > 0 ? ":" + line : "") + ": " + e.getOriginalMessage());
    } catch (JacksonException e) {
      throw new ConfigException(source + ": " + e.getOriginalMessage());
    }
  }

  private static ObjectNode read(String toml) {
    try (JsonParser parser = TOML.createParser(ObjectReadContext.empty(), toml)) {
      parser.nextToken();
      return (ObjectNode) node(parser);
    }
  }

  private static JsonNode node(JsonParser at) {
    return switch (at.currentToken()) {
      case START_OBJECT -> {
        ObjectNode table = NODES.objectNode();
        while (at.nextToken() == JsonToken.PROPERTY_NAME) {
          String name = at.currentName();
          at.nextToken();
          table.set(name, node(at));
        }
        yield table;
      }
      case START_ARRAY -> {
        ArrayNode list = NODES.arrayNode();
        while (at.nextToken() != JsonToken.END_ARRAY) {
          list.add(node(at));
        }
        yield list;
      }
      case VALUE_STRING -> NODES.stringNode(at.getString());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NUMBER_INT ->
          at.getNumberType() == JsonParser.NumberType.INT
              ? NODES.numberNode(at.getIntValue())
              : NODES.nullNode();
      // No key takes any of these.
      case null, default -> NODES.nullNode();
    };
  }

  private <T extends Record> T bind(Class<T> type, ObjectNode table, String path) {
    RecordComponent[] components = type.getRecordComponents();
    for (Map.Entry<String, JsonNode> entry : table.properties()) {
      if (component(components, entry.getKey()).isEmpty()) {
        throw unknown(components, entry.getKey(), path);
      }
    }
    ObjectNode standards = standards(components);
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < components.length; i++) {
      RecordComponent component = components[i];
      types[i] = component.getType();
      String name = name(component);
      values[i] = value(component, table.get(name), standards.get(name), path + name);
    }
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("configuration record " + type, e);
    }
  }

  private Object value(RecordComponent component, JsonNode given, JsonNode standard, String path) {
    if (component.getType().isRecord() && isTable(component.getType())) {
      ObjectNode table = (ObjectNode) standard;
      if (given instanceof ObjectNode own) {
        table.setAll(own);
      } else if (given != null) {
        throw wrong(path, "is a table: write [" + path + "]");
      }
      return bind(component.getType().asSubclass(Record.class), table, path + ".");
    }
    return convert(component.getGenericType(), given == null ? standard : given, path);
  }

  private Object convert(Type type, JsonNode node, String path) {
    if (type instanceof ParameterizedType list) {
      return list(list.getActualTypeArguments()[0], node, path);
    }
    try {
      return scalar((Class<?>) type, node, path);
    } catch (InvalidPathException e) {
      throw wrong(path, "is not a path");
    } catch (IllegalArgumentException e) {
      throw wrong(path, e.getMessage());
    }
  }

  private Object list(Type element, JsonNode node, String path) {
    if (!node.isArray()) {
      throw wrong(path, "is a list: put it in [ ]");
    }
    List<Object> values = new ArrayList<>();
    for (JsonNode item : node) {
      if (element instanceof Class<?> type && type.isRecord() && isTable(type)) {
        if (!(item instanceof ObjectNode table)) {
          throw wrong(path, "is a list of tables: write [[" + path + "]]");
        }
        values.add(bind(type.asSubclass(Record.class), table, path + "."));
      } else {
        values.add(convert(element, item, path));
      }
    }
    return List.copyOf(values);
  }

  private Object scalar(Class<?> type, JsonNode node, String path) {
    if (type == boolean.class) {
      if (!node.isBoolean()) {
        throw new IllegalArgumentException("is true or false");
      }
      return node.booleanValue();
    }
    if (type == int.class) {
      if (!node.isInt() || node.intValue() < 0) {
        throw new IllegalArgumentException("is a whole number");
      }
      return node.intValue();
    }
    if (type == NetworkSet.class) {
      @SuppressWarnings("unchecked")
      List<String> networks = (List<String>) list(String.class, node, path);
      return NetworkSet.of(networks);
    }
    if (!node.isString()) {
      throw new IllegalArgumentException("is a text: put it in \" \"");
    }
    String text = node.stringValue();
    if (type == Path.class) {
      return Path.of(text);
    } else if (type == Duration.class) {
      return Span.parse(text);
    } else if (type == ByteSize.class) {
      return ByteSize.parse(text);
    } else if (type == Endpoint.class) {
      return Endpoint.parse(text);
    } else if (type.isEnum()) {
      return constant(type, text);
    } else if (type == String.class) {
      return text;
    }
    throw new IllegalStateException("no reader for " + type + " at " + path);
  }

  private static Object constant(Class<?> type, String text) {
    for (Object constant : type.getEnumConstants()) {
      if (word(constant).equals(text)) {
        return constant;
      }
    }
    List<String> words = Arrays.stream(type.getEnumConstants()).map(ConfigReader::word).toList();
    throw new IllegalArgumentException("is one of " + String.join(", ", words));
  }

  static String word(Object constant) {
    return constant.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The defaults of a record, by the names of its components. Read in one go: a start waits for
  /// it.
  private static ObjectNode standards(RecordComponent[] components) {
    StringBuilder toml = new StringBuilder();
    for (RecordComponent c : components) {
      toml.append(name(c)).append(" = ").append(c.getAnnotation(Key.class).value()).append('\n');
    }
    return read(toml.toString());
  }

  /// The default of a component, as TOML says it.
  static JsonNode standard(RecordComponent component) {
    return read("v = " + component.getAnnotation(Key.class).value()).get("v");
  }

  /// Records with keys of their own are tables; the others are values.
  static boolean isTable(Class<?> type) {
    return type.getRecordComponents()[0].isAnnotationPresent(Key.class);
  }

  /// `connectionsPerAddress` is written `connections-per-address`.
  static String name(RecordComponent component) {
    String name = component.getName();
    if (PROPER_NAMES.contains(name)) {
      return name;
    }
    StringBuilder dashed = new StringBuilder();
    boolean small = false; // the letter before
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      boolean begins = c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      dashed.append(small && begins ? "-" : "").append(Character.toLowerCase(c));
      small = c >= 'a' && c <= 'z';
    }
    return dashed.toString();
  }

  private static Optional<RecordComponent> component(RecordComponent[] among, String key) {
    return Arrays.stream(among).filter(c -> name(c).equals(key)).findFirst();
  }

  private ConfigException unknown(RecordComponent[] known, String key, String path) {
    List<String> names = Arrays.stream(known).map(ConfigReader::name).toList();
    String nearest = NearestWord.to(key, names);
    String hint = " (did you mean " + path + nearest + "?)";
    return new ConfigException(where(path + key) + ": unknown key " + path + key + hint);
  }

  private ConfigException wrong(String path, String reason) {
    return new ConfigException(where(path) + ": " + path + " " + reason);
  }

  private String where(String path) {
    OptionalInt line = KeyLines.find(text, path);
    return line.isPresent() ? source + ":" + line.getAsInt() : source;
  }
}
