package org.posthorn.net;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;

/// TLS between a [Wire] and a connection's input and output.
final class TlsLayer {
  private final SSLEngine engine;

  TlsLayer(SSLEngine engine) {
    this.engine = engine;
  }

  SSLSession session() {
    return engine.getSession();
  }
}
