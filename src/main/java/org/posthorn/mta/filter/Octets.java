package org.posthorn.mta.filter;

import java.io.IOException;
import java.io.InputStream;

/// The octets of a message as it came, without the lines we put before it. Several threads may
/// read, each a stream of its own.
@FunctionalInterface
public interface Octets {
  /// From the first octet on; the caller closes it.
  InputStream open() throws IOException;
}
