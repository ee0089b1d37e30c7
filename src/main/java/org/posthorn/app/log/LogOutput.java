package org.posthorn.app.log;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Where lines go: standard error, or a file that can be opened anew after it was moved away.
///
/// A writer only adds to a buffer; one daemon thread writes it out. When the reader of our standard
/// error stalls, the buffer fills to [#BUFFER_MAX], then lines are dropped and their number is told
/// in the next line that finds room: a blocked log never blocks mail.
public final class LogOutput {
  /// Bytes kept for a slow reader.
  static final int BUFFER_MAX = 4 << 20;

  /// While lines keep coming they are written so often, not one by one: waking the writer costs
  /// more than the line.
  private static final long GATHER_MILLIS = 20;

  /// Longest wait of [#flush()].
  private static final long FLUSH_MILLIS = 2_000;

  private static final LogOutput PROCESS =
      new LogOutput(new FileOutputStream(FileDescriptor.err), true);

  /// Held while a stream is written to or closed; may be held when `this` is taken, not after.
  private final Object io = new Object();

  // State guarded by this.
  private OutputStream target;
  private Path file;
  private ByteArrayOutputStream waiting = new ByteArrayOutputStream(8_192);
  private long dropped;
  private boolean writing;
  private boolean idle; // the writer waits for a first line
  private boolean hurried; // somebody waits for what is there
  private boolean started;
  private final boolean threaded;

  /// With `threaded` false every line is written at once, on the caller's thread.
  LogOutput(OutputStream target, boolean threaded) {
    this.target = target;
    this.threaded = threaded;
  }

  /// The output of this process.
  public static LogOutput process() {
    return PROCESS;
  }

  /// Sends what follows to a file, opened for appending and readable by nobody else (the launcher's
  /// umask sees to that).
  public void toFile(Path path) throws IOException {
    change(Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND), path);
  }

  /// Sends what follows to standard error.
  public void toStandardError() throws IOException {
    change(new FileOutputStream(FileDescriptor.err), null);
  }

  /// Opens the file again by its name: log rotation moves it, then asks for this.
  public void reopen() throws IOException {
    Path path;
    synchronized (this) {
      path = file;
    }
    if (path != null) {
      toFile(path);
    }
  }

  private void change(OutputStream next, Path path) throws IOException {
    OutputStream before;
    synchronized (this) {
      before = file == null ? null : target; // standard error stays open
      target = next;
      file = path;
    }
    if (before != null) {
      synchronized (io) {
        before.close();
      }
    }
  }

  void add(String line) {
    add(line.getBytes(StandardCharsets.UTF_8));
  }

  private synchronized void add(byte[] line) {
    if (waiting.size() > BUFFER_MAX) {
      dropped++;
      return;
    }
    if (dropped > 0) {
      String note = new Logfmt().pair("event", "log-dropped").pair("lines", dropped).line();
      waiting.writeBytes(note.getBytes(StandardCharsets.UTF_8));
      dropped = 0;
    }
    waiting.writeBytes(line);
    if (!threaded) {
      writeOut();
      return;
    }
    if (!started) {
      started = true;
      Thread writer = Thread.ofPlatform().name("log").daemon().unstarted(this::run);
      writer.start();
    }
    if (idle) {
      idle = false;
      notifyAll();
    }
  }

  /// Waits until everything added so far is written, or gives up after two seconds.
  public synchronized void flush() {
    long until = System.nanoTime() + FLUSH_MILLIS * 1_000_000;
    while (started && (waiting.size() > 0 || writing)) {
      hurried = true;
      notifyAll();
      long left = (until - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void run() {
    while (true) {
      ByteArrayOutputStream taken;
      synchronized (this) {
        writing = false;
        notifyAll();
        try {
          if (!hurried) {
            wait(GATHER_MILLIS);
          }
          hurried = false;
          while (waiting.size() == 0) {
            idle = true;
            wait();
          }
        } catch (InterruptedException e) {
          return;
        }
        idle = false;
        taken = waiting;
        waiting = new ByteArrayOutputStream(8_192);
        writing = true;
      }
      synchronized (io) {
        write(taken, target());
      }
    }
  }

  private synchronized OutputStream target() {
    return target;
  }

  private void writeOut() {
    write(waiting, target);
    waiting.reset();
  }

  private static void write(ByteArrayOutputStream lines, OutputStream to) {
    try {
      lines.writeTo(to);
    } catch (IOException e) {
      // Nobody is left to tell: standard error is gone, or the log's disk is full.
    }
  }
}
