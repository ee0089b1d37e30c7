package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.store.UidSet;

/// RFC 5256 §3 THREAD.
record ThreadMessages(ThreadTree.Algorithm algorithm, SearchProgram program, boolean uid)
    implements Command {
  static ThreadMessages parse(ImapReader in, boolean uid) throws IOException {
    in.expectSpace();
    String word = in.word();
    ThreadTree.Algorithm algorithm =
        switch (word) {
          case "ORDEREDSUBJECT" -> ThreadTree.Algorithm.ORDEREDSUBJECT;
          case "REFERENCES" -> ThreadTree.Algorithm.REFERENCES;
          case "REFS" -> ThreadTree.Algorithm.REFS;
          default -> throw CommandException.bad("Unknown threading algorithm " + word);
        };
    in.expectSpace();
    return new ThreadMessages(algorithm, SearchProgram.parseWithCharset(in), uid);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    SessionView view = s.view();
    var found = new UidSet.Builder();
    program.ready(s, null).begin(s, null).search(found::add);
    ThreadTree tree =
        ThreadReader.read(view.account(), view.head(), algorithm, s.collation(), found.build());
    ImapWriter out = s.out();
    out.untagged().raw("THREAD");
    if (tree.firstRoot() >= 0) {
      out.space();
    }
    for (int root = tree.firstRoot(); root >= 0; root = tree.nextSibling(root)) {
      write(out, view, tree, root);
    }
    out.crlf();
    return Reply.OK;
  }

  /// RFC 5256 §4: a chain of single children goes on with spaces, several children are lists. An
  /// own stack, for the depth is the senders' choice.
  private void write(ImapWriter out, SessionView view, ThreadTree tree, int root)
      throws IOException {
    int depth = 0;
    int[] open = new int[16];
    int node = root;
    while (node >= 0) {
      out.raw("(");
      if (depth == open.length) {
        open = java.util.Arrays.copyOf(open, 2 * depth);
      }
      open[depth++] = node;
      int last = chain(out, view, tree, node);
      node = tree.firstChild(last);
      while (node < 0 && depth > 0) {
        out.raw(")");
        int closed = open[--depth];
        node = depth == 0 ? -1 : tree.nextSibling(closed);
      }
    }
  }

  /// Writes a message and its descendants as long as each is an only child; the last one.
  private int chain(ImapWriter out, SessionView view, ThreadTree tree, int first)
      throws IOException {
    int node = first;
    boolean written = false;
    while (true) {
      long u = tree.uid(node);
      if (u > 0) {
        if (written) {
          out.space();
        }
        out.number(uid ? u : view.seq(u));
        written = true;
      }
      int child = tree.firstChild(node);
      if (child < 0) {
        return node;
      }
      if (tree.nextSibling(child) >= 0) {
        if (written) {
          out.space();
        }
        return node;
      }
      node = child;
    }
  }
}
