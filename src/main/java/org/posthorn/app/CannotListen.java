package org.posthorn.app;

import java.io.IOException;
import org.posthorn.app.config.Endpoint;

/// A door cannot be opened, because its port is taken, most often.
public final class CannotListen extends CommandFailed {
  private static final long serialVersionUID = 1L;

  CannotListen(Endpoint endpoint, String door, IOException e) {
    super("cannot listen on " + endpoint + " for " + door + ": " + reason(e));
  }

  private static String reason(IOException e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest.getMessage();
  }
}
