package org.posthorn.imap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The forest against the steps of RFC 5256 §3 as they are written, with objects and recursion.
class ThreadTreeTest {
  private static final int ROUNDS = 3000;

  @Test
  void agreesWithTheStepsOfTheRfcOnRandomMail() {
    for (int seed = 0; seed < ROUNDS; seed++) {
      List<ThreadTree.Message> mail = mail(new Random(seed));
      assertThat(print(build(ThreadTree.Algorithm.REFERENCES, mail)))
          .as("seed %d: %s", seed, mail)
          .isEqualTo(new Steps(mail).threads());
    }
  }

  @Test
  void aChainOfAHundredThousandIsBuiltInTimeThatGrowsWithIt() {
    List<ThreadTree.Message> chain = new ArrayList<>();
    for (int i = 1; i <= 100_000; i++) {
      long[] references = i == 1 ? new long[0] : new long[] {i - 1};
      chain.add(new ThreadTree.Message(i, i, "s", new Links(true, i, references)));
    }
    ThreadTree down = build(ThreadTree.Algorithm.REFS, chain);
    int messages = 0;
    for (int root = down.firstRoot(); root >= 0; root = down.nextSibling(root)) {
      for (int n = root; n >= 0; n = down.firstChild(n)) {
        messages++;
      }
    }
    assertThat(messages).isEqualTo(100_000);
    Collections.reverse(chain);
    ThreadTree up = build(ThreadTree.Algorithm.REFS, chain);
    assertThat(up.nextSibling(up.firstRoot())).isEqualTo(-1);
  }

  private static ThreadTree build(
      ThreadTree.Algorithm algorithm, List<ThreadTree.Message> messages) {
    var tree = new ThreadTree(algorithm);
    messages.forEach(tree::add);
    return tree.build();
  }

  private static List<ThreadTree.Message> mail(Random random) {
    List<ThreadTree.Message> mail = new ArrayList<>();
    int n = 1 + random.nextInt(9);
    for (int i = 1; i <= n; i++) {
      long id = random.nextInt(8) == 0 ? 0 : 1 + random.nextInt(10);
      List<Long> references = new ArrayList<>();
      for (int r = random.nextInt(4); r > 0; r--) {
        long to = 1 + random.nextInt(12);
        if (!references.contains(to)) {
          references.add(to);
        }
      }
      String subject = random.nextInt(4) == 0 ? "" : "s" + random.nextInt(3);
      long[] to = references.stream().mapToLong(r -> r).toArray();
      var links = new Links(random.nextBoolean(), id, to);
      mail.add(new ThreadTree.Message(i, random.nextInt(6), subject, links));
    }
    return mail;
  }

  private static String print(ThreadTree tree) {
    var b = new StringBuilder();
    for (int root = tree.firstRoot(); root >= 0; root = tree.nextSibling(root)) {
      print(tree, root, b);
    }
    return b.toString();
  }

  private static void print(ThreadTree tree, int node, StringBuilder b) {
    b.append('(').append(tree.uid(node));
    for (int c = tree.firstChild(node); c >= 0; c = tree.nextSibling(c)) {
      print(tree, c, b);
    }
    b.append(')');
  }

  /// RFC 5256 §3, word by word.
  private static final class Steps {
    private static final class Node {
      ThreadTree.Message message;
      Node parent;
      final List<Node> children = new ArrayList<>();

      boolean isBelow(Node other) {
        for (Node n = this; n != null; n = n.parent) {
          if (n == other) {
            return true;
          }
        }
        return false;
      }

      void hang(Node under) {
        if (parent != null) {
          parent.children.remove(this);
        }
        parent = under;
        if (under != null) {
          under.children.add(this);
        }
      }

      Node first() {
        return message != null
            ? this
            : children.stream().min((a, b) -> compare(a, b)).orElseThrow();
      }

      static int compare(Node a, Node b) {
        ThreadTree.Message x = a.first().message;
        ThreadTree.Message y = b.first().message;
        return x.date() != y.date()
            ? Long.compare(x.date(), y.date())
            : Long.compare(x.uid(), y.uid());
      }
    }

    private final Map<Long, Node> ids = new HashMap<>();
    private final List<Node> all = new ArrayList<>();
    private List<Node> root = new ArrayList<>();

    Steps(List<ThreadTree.Message> mail) {
      for (ThreadTree.Message m : mail) {
        add(m);
      }
      for (Node n : all) {
        if (n.parent == null) {
          root.add(n);
        }
      }
      root = prune(root, true);
      root.sort(Node::compare);
      merge();
      root.sort(Node::compare);
      root.forEach(this::sort);
    }

    private Node node(long id) {
      return ids.computeIfAbsent(
          id,
          i -> {
            Node n = new Node();
            all.add(n);
            return n;
          });
    }

    private void add(ThreadTree.Message m) {
      boolean taken =
          m.links().id() == 0
              || (ids.containsKey(m.links().id()) && ids.get(m.links().id()).message != null);
      Node own = node(taken ? -m.uid() : m.links().id());
      own.message = m;
      Node before = null;
      for (long id : m.links().references()) {
        Node n = node(id);
        if (before != null && n.parent == null && !before.isBelow(n)) {
          n.hang(before);
        }
        before = n;
      }
      own.hang(null);
      if (before != null && !before.isBelow(own)) {
        own.hang(before);
      }
    }

    private List<Node> prune(List<Node> siblings, boolean top) {
      List<Node> kept = new ArrayList<>();
      for (Node n : siblings) {
        List<Node> below = prune(List.copyOf(n.children), false);
        n.children.clear();
        n.children.addAll(below);
        below.forEach(b -> b.parent = n);
        if (n.message != null || (top && below.size() > 1)) {
          kept.add(n);
        } else {
          kept.addAll(below);
        }
      }
      if (top) {
        kept.forEach(k -> k.parent = null);
      }
      return kept;
    }

    private void merge() {
      Map<String, Node> table = new LinkedHashMap<>();
      for (Node n : root) {
        String s = n.first().message.subject();
        if (s.isEmpty()) {
          continue;
        }
        Node known = table.get(s);
        if (known == null
            || (known.message != null
                && (n.message == null
                    || (known.message.links().answers() && !n.message.links().answers())))) {
          table.put(s, n);
        }
      }
      for (Node n : List.copyOf(root)) {
        String s = n.first().message.subject();
        Node known = s.isEmpty() ? n : table.get(s);
        if (known == n || n.parent != null) {
          continue;
        }
        if (n.message == null) {
          List.copyOf(n.children).forEach(c -> c.hang(known));
          root.remove(n);
        } else if (known.message == null
            || (n.message.links().answers() && !known.message.links().answers())) {
          n.hang(known);
          root.remove(n);
        } else {
          Node both = new Node();
          known.hang(both);
          n.hang(both);
          root.remove(known);
          root.remove(n);
          root.add(both);
          table.put(s, both);
        }
      }
    }

    private void sort(Node n) {
      n.children.forEach(this::sort);
      n.children.sort(Node::compare);
    }

    String threads() {
      var b = new StringBuilder();
      root.forEach(r -> print(r, b));
      return b.toString();
    }

    private void print(Node n, StringBuilder b) {
      b.append('(').append(n.message == null ? 0 : n.message.uid());
      n.children.forEach(c -> print(c, b));
      b.append(')');
    }
  }
}
