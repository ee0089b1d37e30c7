/// As much of an HTTP/1.1 server as the server's own figures and documents take: one GET or HEAD a
/// connection, over our own listeners, for their deadlines, limits and certificates.
package org.posthorn.app.http;
