package org.posthorn.app;

import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.posthorn.app.command.Io;
import org.posthorn.app.command.Posthorn;
import org.posthorn.app.log.LogOutput;

/// Where the process begins.
public final class Main {
  private Main() {}

  public static void main(String[] words) {
    PrintWriter out = new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
    PrintWriter err = new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8));
    int status = Posthorn.run(new Io(System.in, out, err), words);
    LogOutput.process().flush();
    System.exit(status);
  }
}
