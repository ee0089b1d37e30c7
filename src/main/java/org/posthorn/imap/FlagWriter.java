package org.posthorn.imap;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.store.Flags;
import org.posthorn.store.Mailbox;
import org.posthorn.store.Rights;

/// Flags of messages as they are written.
public final class FlagWriter {
  private static final int RECENT = Flags.ALL_SYSTEM + 1;
  private static final byte[][] SYSTEM = new byte[RECENT * 2][];

  static {
    for (int i = 0; i < SYSTEM.length; i++) {
      List<String> names = systemNames(i & Flags.ALL_SYSTEM);
      if ((i & RECENT) != 0) {
        names.add("\\Recent");
      }
      SYSTEM[i] = String.join(" ", names).getBytes(StandardCharsets.US_ASCII);
    }
  }

  private final byte[][] keywords;

  public FlagWriter(Mailbox box) {
    List<String> names = box.keywords();
    keywords = new byte[names.size()][];
    for (int i = 0; i < keywords.length; i++) {
      keywords[i] = names.get(i).getBytes(StandardCharsets.US_ASCII);
    }
  }

  private static List<String> systemNames(int bits) {
    List<String> names = new ArrayList<>();
    if ((bits & Flags.ANSWERED) != 0) {
      names.add("\\Answered");
    }
    if ((bits & Flags.FLAGGED) != 0) {
      names.add("\\Flagged");
    }
    if ((bits & Flags.DELETED) != 0) {
      names.add("\\Deleted");
    }
    if ((bits & Flags.SEEN) != 0) {
      names.add("\\Seen");
    }
    if ((bits & Flags.DRAFT) != 0) {
      names.add("\\Draft");
    }
    return names;
  }

  /// `(\Seen $Forwarded)`
  ///
  /// @param low keywords 0 to 63 of the mailbox
  /// @param high keywords 64 to 127
  public void write(ImapWriter out, int system, long low, long high, boolean recent)
      throws IOException {
    byte[] names = SYSTEM[system | (recent ? RECENT : 0)];
    out.raw("(").raw(names);
    boolean first = names.length == 0;
    first = write(out, low, 0, first);
    write(out, high, 64, first);
    out.raw(")");
  }

  private boolean write(ImapWriter out, long bits, int offset, boolean nothingYet)
      throws IOException {
    boolean first = nothingYet;
    for (long left = bits; left != 0; left &= left - 1) {
      int k = offset + Long.numberOfTrailingZeros(left);
      if (k < keywords.length) {
        if (!first) {
          out.space();
        }
        out.raw(keywords[k]);
        first = false;
      }
    }
    return first;
  }

  /// FLAGS and PERMANENTFLAGS of a mailbox (RFC 3501 §7.2.6, §7.1), the latter as far as the rights
  /// go (RFC 4314 §5.1.1).
  static void names(ImapWriter out, Mailbox box, Rights rights) throws IOException {
    List<String> all = systemNames(Flags.ALL_SYSTEM);
    all.addAll(box.keywords());
    out.untagged().raw("FLAGS ").list(all).crlf();
    List<String> permanent = systemNames(rights.systemFlags());
    if (rights.keywords()) {
      permanent.addAll(box.keywords());
      if (box.keywordsFit()) {
        permanent.add("\\*");
      }
    }
    out.untagged()
        .raw("OK [PERMANENTFLAGS ")
        .list(permanent)
        .raw("] ")
        .text("Flags permitted")
        .crlf();
  }
}
