/// The log: one line per event, logfmt, UTC.
///
/// Packages speak to [System.Logger] with messages whose first word names the event and whose other
/// words are `key={n}` (`"smtp-mail from={0} size={1}"`). [LogFinder] is what the JDK asks for a
/// logger; [Logfmt] turns an event into a line; [LogOutput] is the one place lines go to, buffered
/// and written by one thread of its own, so that no session ever waits for the log.
///
/// For editors: a value comes from strangers. Nothing reaches the line but through [Logfmt], which
/// quotes, escapes and shortens. Never log a password or the body of a message.
package org.posthorn.app.log;
