package org.posthorn.app.admin;

import java.nio.file.Path;
import org.posthorn.app.Core;
import org.posthorn.app.DataDirectory;
import org.posthorn.directory.DirectoryOptions;

/// Carries a request out in this process, when no server has the data directory.
public final class Offline {
  private Offline() {}

  public static Answer run(Path data, Request request) {
    try (Core core = Core.open(DataDirectory.open(data), DirectoryOptions.DEFAULT)) {
      return new Administration(core).run(request);
    }
  }
}
