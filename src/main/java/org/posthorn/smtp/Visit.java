package org.posthorn.smtp;

/// One connection as the backend knows it, from [Backend#arrived] to its end. The server carries
/// it, tells it what happens, and closes it once. Called on the connection's thread; every method
/// may take its time.
public interface Visit extends AutoCloseable {
  /// Of whom the backend remembers nothing.
  Visit NONE =
      new Visit() {
        @Override
        public Reply spokeEarly() {
          return null;
        }

        @Override
        public void erred() {}

        @Override
        public void close() {}
      };

  /// The client has sent something before it was greeted, though RFC 5321 §4.3.1 has it wait: what
  /// it is told before the connection ends; null greets it all the same.
  Reply spokeEarly();

  /// A command is about to be refused for what it is.
  void erred();

  @Override
  void close();
}
