package org.posthorn.app;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.posthorn.app.config.Config;

/// What a changed configuration means for a server that runs: certificates and log are taken over,
/// the rest needs a restart, and is named.
record Reload(Config running, Config read) {
  private static final Set<String> TAKEN_OVER = Set.of("log");

  List<String> lines() {
    List<String> waiting = new ArrayList<>();
    for (RecordComponent component : Config.class.getRecordComponents()) {
      if (!TAKEN_OVER.contains(component.getName())
          && !value(component, running).equals(value(component, read))) {
        waiting.add(component.getName());
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add("reloaded certificates and log");
    if (!waiting.isEmpty()) {
      lines.add("needs a restart: changes of " + String.join(", ", waiting));
    }
    return lines;
  }

  private static Object value(RecordComponent component, Config config) {
    try {
      return component.getAccessor().invoke(config);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("configuration record " + component, e);
    }
  }
}
