package org.posthorn.smtp;

/// Who logged in, as the backend that checked it knows him. The server only carries it.
public interface Identity {
  /// For logs.
  String name();
}
