package org.posthorn.app;

/// A command cannot do what it was asked; the message is one line for the person who asked.
public class CommandFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CommandFailed(String message) {
    super(message, null, false, false);
  }
}
