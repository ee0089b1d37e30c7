package org.posthorn.app.command;

import java.io.InputStream;
import java.io.PrintWriter;

/// Where a command reads and writes.
public record Io(InputStream in, PrintWriter out, PrintWriter err) {}
