package org.posthorn.trust.report;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;

/// Takes a report out of its gzip or zip (RFC 9990 §3.1, RFC 8460 §5.3). Of an archive the first
/// file is read, and no archive within it.
public final class PackedReport {
  /// Inflated. The largest that honest servers send have a tenth of it.
  public static final int INFLATED_MAX = 25 << 20;

  private static final int PACKED_MAX = 10 << 20;

  /// Folders and what else may stand before the file.
  private static final int ENTRIES_MAX = 10;

  private PackedReport() {}

  /// The report's own octets; reading beyond what is allowed throws [BadReportException].
  ///
  /// @param packed gzip, zip, or the report as it is
  public static InputStream open(InputStream packed) throws IOException {
    var in = new BufferedInputStream(new Bounded(packed, PACKED_MAX));
    in.mark(2);
    int first = in.read();
    int second = in.read();
    in.reset();
    try {
      if (first == 0x1f && second == 0x8b) {
        return new Bounded(new GZIPInputStream(in), INFLATED_MAX);
      }
      return first == 'P' && second == 'K'
          ? new Bounded(firstFile(in), INFLATED_MAX)
          : new Bounded(in, INFLATED_MAX);
    } catch (BadReportException e) {
      throw e;
    } catch (IOException e) {
      throw new BadReportException("it is packed badly");
    }
  }

  private static InputStream firstFile(InputStream in) throws IOException {
    var zip = new ZipInputStream(in);
    try {
      for (int i = 0; i < ENTRIES_MAX; i++) {
        ZipEntry entry = zip.getNextEntry();
        if (entry == null) {
          break;
        }
        if (!entry.isDirectory()) {
          return zip;
        }
      }
    } catch (IllegalArgumentException e) {
      throw new ZipException("a name that is none");
    }
    throw new BadReportException("there is no file in the archive");
  }

  /// Ends with an exception where more comes than may.
  private static final class Bounded extends FilterInputStream {
    private long left;

    Bounded(InputStream in, long max) {
      super(in);
      left = max;
    }

    @Override
    public int read() throws IOException {
      int octet = checked(() -> in.read());
      count(octet < 0 ? 0 : 1);
      return octet;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
      int n = checked(() -> in.read(b, off, len));
      count(Math.max(n, 0));
      return n;
    }

    @Override
    public long skip(long n) throws IOException {
      return 0;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    private interface Reading {
      int read() throws IOException;
    }

    private static int checked(Reading reading) throws IOException {
      try {
        return reading.read();
      } catch (BadReportException e) {
        throw e;
      } catch (IOException e) {
        throw new BadReportException("it is packed badly");
      }
    }

    private void count(int n) throws IOException {
      left -= n;
      if (left < 0) {
        throw new BadReportException("it is too large");
      }
    }
  }
}
