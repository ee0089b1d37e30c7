package org.posthorn.app;

import java.nio.file.Path;

/// Another process has the data directory.
public final class DataInUse extends CommandFailed {
  private static final long serialVersionUID = 1L;

  DataInUse(Path directory, String process) {
    super("the data directory " + directory + " is in use by process " + process);
  }
}
