package org.posthorn.app.admin;

import java.util.Map;
import org.posthorn.app.CommandFailed;

/// What somebody wants done: a command such as `account.add` with its named arguments.
public record Request(String command, Map<String, String> arguments) {
  public Request {
    arguments = Map.copyOf(arguments);
  }

  public static Request of(String command) {
    return new Request(command, Map.of());
  }

  public static Request of(String command, String name, String value) {
    return new Request(command, Map.of(name, value));
  }

  /// An argument that must be there.
  public String need(String name) {
    String value = arguments.get(name);
    if (value == null) {
      throw new CommandFailed(command + " needs " + name);
    }
    return value;
  }
}
