package org.posthorn.app.http;

/// What is asked for.
///
/// @param host as the client says it, in lower case without the port, "" without
/// @param path from `/` on, without the query
public record HttpRequest(String host, String path) {}
