package org.posthorn.app.command;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Sets the options of a command from plain words, as picocli would, without loading it: for the
/// commands whose start somebody waits for (docs/decisions/0017-start-up.md). Whatever is not
/// plain, or wrong, is left to picocli, which has a message for it.
final class PlainOptions {
  private final Object command;
  private final Set<Field> set = new HashSet<>();

  private PlainOptions(Object command) {
    this.command = command;
  }

  /// Sets the command's options; false if picocli must do it, on another instance.
  static boolean set(Object command, List<String> words) {
    PlainOptions options = new PlainOptions(command);
    try {
      for (int i = 0; i < words.size(); ) {
        int taken = options.take(words.subList(i, words.size()));
        if (taken == 0) {
          return false;
        }
        i += taken;
      }
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("options of " + command.getClass(), e);
    }
  }

  /// How many words the option at the beginning has; 0 if it is none.
  private int take(List<String> words) throws IllegalAccessException {
    String word = words.getFirst();
    int equals = word.indexOf('=');
    Field field = field(equals < 0 ? word : word.substring(0, equals));
    if (field == null) {
      return 0;
    }
    if (field.getType() == boolean.class) {
      return equals < 0 && put(field, true) ? 1 : 0;
    }
    if (equals >= 0) {
      return put(field, word.substring(equals + 1)) ? 1 : 0;
    }
    return words.size() > 1 && put(field, words.get(1)) ? 2 : 0;
  }

  private Field field(String name) {
    for (Field field : command.getClass().getDeclaredFields()) {
      if (!Modifier.isFinal(field.getModifiers()) && name(field).equals(name)) {
        field.setAccessible(true);
        return field;
      }
    }
    return null;
  }

  /// The option a field stands for, which its name tells: `mxPort` for `--mx-port`. (Its annotation
  /// tells, too, but reading that loads picocli.)
  static String name(Field field) {
    StringBuilder name = new StringBuilder("--");
    for (char c : field.getName().toCharArray()) {
      if (c >= 'A' && c <= 'Z') {
        name.append('-');
      }
      name.append(Character.toLowerCase(c));
    }
    return name.toString();
  }

  private boolean put(Field field, String value) throws IllegalAccessException {
    if (value.isEmpty() || value.startsWith("-") || value.startsWith("@")) {
      return false;
    }
    Class<?> type = field.getType();
    if (type == List.class) {
      @SuppressWarnings("unchecked")
      List<String> list = (List<String>) field.get(command);
      return list.add(value);
    } else if (type == int.class || type == Integer.class) {
      return put(field, Integer.valueOf(value));
    } else if (type == Path.class) {
      return put(field, Path.of(value));
    }
    return type == String.class && put(field, (Object) value);
  }

  /// False if it was set before.
  private boolean put(Field field, Object value) throws IllegalAccessException {
    if (!set.add(field)) {
      return false;
    }
    field.set(command, value);
    return true;
  }
}
