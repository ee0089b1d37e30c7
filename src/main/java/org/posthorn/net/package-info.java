/// Sockets as Posthorn uses them: listeners, connections, deadlines, limits, TLS, the PROXY
/// protocol. The languages spoken over them live elsewhere; only `net.sasl` holds exchanges that
/// several of them share.
///
/// # How it works
///
/// A [org.posthorn.net.Listener] accepts on one virtual thread and gives every connection a virtual
/// thread of its own, which runs the protocol's handler from the greeting to the end, top-down,
/// with blocking reads. A [org.posthorn.net.Connection] has an [org.posthorn.net.Input] and an
/// [org.posthorn.net.Output]. Between them and the socket stand `Wire` (timed reads, watched
/// writes) and, once TLS is on, `TlsLayer` (an `SSLEngine` fed from pooled buffers); above both,
/// where the peer asked for it, a `DeflateLayer`.
///
/// Buffers come from one pool. A connection that waits for its peer gives its buffers back after a
/// moment and waits on an array of one byte, so that ten thousand idle clients cost their
/// bookkeeping and nothing else. Output holds a buffer only from the first byte written to the
/// flush.
///
/// Waiting for input flushes the output first, so replies to pipelined commands go out together and
/// none is ever forgotten.
///
/// # A handler's part
///
/// ```
/// c.out().ascii("220 mx.example.test\r\n");
/// while (c.awaitCommand()) {            // false: the peer is gone, or the server stops
///   byte[] line = c.in().readLine(512); // null: the peer is gone
///   ...
/// }
/// if (c.draining()) c.out().ascii("421 4.3.2 Shutting down\r\n");
/// ```
///
/// [org.posthorn.net.Connection#awaitCommand] marks the command boundary: only there may a stopping
/// server interrupt. Whatever else a connection is doing it may finish, until the time for draining
/// is over and it is cut.
///
/// # Connections that we make
///
/// A [org.posthorn.net.Dialer] makes [org.posthorn.net.Outgoing] connections, over the same layers.
/// They belong to the thread that dialled; their deadline holds for writes, too.
///
/// # Rules for editors
///
/// - Nothing here imports another package of Posthorn.
/// - One thread reads a connection. A second one may write, under the monitor of its `Output`.
/// - No read without a deadline, no loop over peer's bytes without a bound, each a named constant.
/// - No clock: time is [org.posthorn.net.Ticker] for waits and `InstantSource` for certificates.
/// - An idle connection holds no buffer: `IdleMemoryTest` counts them.
/// - No address is ever looked up by name; literals only.
package org.posthorn.net;
