package org.posthorn.mta.judge;

import java.util.Arrays;

/// What the filter sees of a message: marks of several kinds, each a number that is a hash of its
/// text, none twice. [FeatureReader] makes them.
final class Features {
  /// Bits of an id.
  static final int ID_BITS = 26;

  /// Of one message, more are not looked at.
  static final int MAX = 6000;

  private static final int START = 1024;
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  /// What a feature is made of. Their order is part of every id: new ones come last.
  enum Kind {
    /// A word of the text.
    WORD("\"%s\"", true, 1),
    /// Two words after each other.
    PAIR("\"%s\"", true, 0),
    SUBJECT("\"%s\" in the subject", true, 2),
    SUBJECT_PAIR("\"%s\" in the subject", true, 0),
    /// The top-level domain of a link.
    TOP("a link to .%s", true, 1),
    /// Something about its form.
    FORM("%s", true, 1),
    /// The author's address.
    FROM("the author %s", false, 6),
    /// The author's domain.
    DOMAIN("the author's domain %s", false, 4),
    /// A word of the author's name.
    NAME("the author's name \"%s\"", false, 2),
    /// The id of a mailing list.
    LIST("the list %s", false, 6),
    /// The host of a link.
    HOST("a link to %s", false, 3),
    /// Something about its form that says more of who has written it.
    HABIT("%s", false, 1);

    private final String words;

    /// Whether it is the same for everybody, and so the common model may know it.
    final boolean common;

    /// What it counts for in an account's model; 0: nothing.
    final float weight;

    Kind(String words, boolean common, float weight) {
      this.words = words;
      this.common = common;
      this.weight = weight;
    }
  }

  private int[] ids = new int[START];
  private byte[] kinds = new byte[START];
  private String[] texts = new String[START];
  private String[] befores = new String[START]; // of a pair, its first word; else null
  private int count;
  private int[] table = new int[4 * START]; // place + 1 of an id

  /// Adds one unless it is there.
  void add(Kind kind, String text) {
    if (count < MAX) {
      put(id(kind, text), kind, null, text);
    }
  }

  /// Adds a word, and its pair with the one before.
  ///
  /// @param before the word before, or null
  void add(Kind single, Kind pair, String before, String word) {
    if (count >= MAX) {
      return;
    }
    long hash = hash(single, word);
    put(fold(hash), single, null, word);
    if (before != null && count < MAX) {
      put(fold(hash(pair, before) * 31 + hash), pair, before, word);
    }
  }

  private void put(int id, Kind kind, String before, String text) {
    if (2 * (count + 1) > table.length) {
      grow();
    }
    int at = place(id);
    if (table[at] != 0) {
      return;
    }
    if (count == ids.length) {
      ids = Arrays.copyOf(ids, 2 * count);
      kinds = Arrays.copyOf(kinds, 2 * count);
      texts = Arrays.copyOf(texts, 2 * count);
      befores = Arrays.copyOf(befores, 2 * count);
    }
    ids[count] = id;
    kinds[count] = (byte) kind.ordinal();
    texts[count] = text;
    befores[count++] = before;
    table[at] = count;
  }

  private int place(int id) {
    int mask = table.length - 1;
    int at = id * 0x9e3779b9 >>> 7 & mask;
    while (table[at] != 0 && ids[table[at] - 1] != id) {
      at = at + 1 & mask;
    }
    return at;
  }

  private void grow() {
    table = new int[2 * table.length];
    for (int i = 0; i < count; i++) {
      table[place(ids[i])] = i + 1;
    }
  }

  private static final Kind[] KINDS = Kind.values();

  static int id(Kind kind, String text) {
    return fold(hash(kind, text));
  }

  /// FNV-1a.
  private static long hash(Kind kind, String text) {
    long h = (FNV_OFFSET ^ kind.ordinal()) * FNV_PRIME;
    for (int i = 0; i < text.length(); i++) {
      h = (h ^ text.charAt(i)) * FNV_PRIME;
    }
    return h;
  }

  private static int fold(long h) {
    h ^= h >>> 32;
    h *= 0xd6e8feb86659fd93L;
    h ^= h >>> 32;
    return (int) (h >>> Long.SIZE - ID_BITS);
  }

  int count() {
    return count;
  }

  /// 0 to 2^[#ID_BITS] - 1.
  int id(int i) {
    return ids[i];
  }

  Kind kind(int i) {
    return KINDS[kinds[i]];
  }

  /// For people.
  String words(int i) {
    return kind(i).words.formatted(befores[i] == null ? texts[i] : befores[i] + " " + texts[i]);
  }
}
