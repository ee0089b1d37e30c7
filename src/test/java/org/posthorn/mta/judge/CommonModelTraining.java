package org.posthorn.mta.judge;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.posthorn.mime.MimeScanner;
import org.posthorn.mime.Part;

/// Learns the common model from a collection of mail, and measures it. docs/spam.md says how to run
/// it.
///
/// A collection is a directory of directories of messages, one a file; those with `ham` in their
/// name hold good mail, those with `spam` the other. Directories with a `2` in their name are of a
/// later time than the others.
final class CommonModelTraining {
  /// Features in fewer messages say nothing.
  private static final int SEEN_MIN = 3;

  private static final int EPOCHS = 12;
  private static final double RATE = 1.5;
  private static final double DECAY = 2e-5;

  /// Of the features so many are left out at each step, so that no few of them decide alone.
  private static final double DROPPED = 0.3;

  private static final int PARTS = 10;
  private static final float WEIGHT_MAX = 12.7f;

  /// What says where and when the collection was made, not what spam is.
  private static final Pattern LOCAL =
      Pattern.compile(
          "(?i).*(zzzz|taint|spamassassin|jmason|justin|ilug|exmh|razor|listinfo|mailman|yahoo"
              + "|sourceforge|linux|netnoteinc|sightings|fork|rpm|freshrpms|perl|debian|evolution"
              + "|monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march"
              + "|april|august|september|october|november|december|\\b(mon|tue|wed|thu|fri|sat|sun"
              + "|jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)\\b).*");

  /// Words of nearly every English text. What is in another language teaches nothing: there is too
  /// little of it, and nearly all of it spam.
  private static final List<String> ENGLISH =
      List.of(
          "the", "and", "to", "of", "you", "is", "in", "for", "that", "your", "this", "with", "are",
          "have", "be", "we");

  private static final int ENGLISH_MIN = 4;

  /// @param later of a later time
  private record Mail(Features features, boolean spam, boolean later, Path file) {}

  private CommonModelTraining() {}

  /// @param args the collection; and the file for the model learned from all of it
  public static void main(String[] args) throws IOException {
    List<Mail> all = read(Path.of(args[0]));
    System.out.printf(
        "%d messages, %d of them spam%n", all.size(), all.stream().filter(Mail::spam).count());
    System.out.println("Learned from the earlier, judged the later:");
    List<Mail> earlier = all.stream().filter(m -> !m.later).toList();
    report(judged(train(earlier), all.stream().filter(m -> m.later).toList()));
    System.out.println("The same, by an account whose user moves what is in the wrong place:");
    online(train(earlier), all.stream().filter(m -> m.later).toList());
    System.out.println("Each tenth judged by what the others teach:");
    List<Mail> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, new Random(1));
    List<double[]> results = new ArrayList<>();
    for (int part = 0; part < PARTS; part++) {
      List<Mail> in = new ArrayList<>();
      List<Mail> out = new ArrayList<>();
      for (int i = 0; i < shuffled.size(); i++) {
        (i % PARTS == part ? out : in).add(shuffled.get(i));
      }
      results.addAll(judged(train(in), out));
    }
    report(results);
    if (args.length > 1) {
      try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(Path.of(args[1])))) {
        train(all).write(out);
      }
    }
  }

  private static List<Mail> read(Path collection) throws IOException {
    List<Mail> all = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> walk = Files.walk(collection)) {
      files = walk.filter(f -> f.toString().matches(".*\\.(txt|eml)")).sorted().toList();
    }
    for (Path file : files) {
      String folder = file.getParent().getFileName().toString();
      if (folder.contains("ham") || folder.contains("spam")) {
        all.add(
            new Mail(
                features(Files.readAllBytes(file)),
                folder.contains("spam"),
                folder.contains("2"),
                file));
      }
    }
    return all;
  }

  static Features features(byte[] octets) throws IOException {
    byte[] message = octets;
    if (new String(octets, 0, Math.min(5, octets.length), StandardCharsets.US_ASCII)
        .equals("From ")) {
      int end = 0;
      while (end < octets.length && octets[end] != '\n') {
        end++;
      }
      message = Arrays.copyOfRange(octets, Math.min(end + 1, octets.length), octets.length);
    }
    byte[] b = message;
    Part structure = MimeScanner.scan(b);
    return FeatureReader.read(
        structure.headers(),
        structure,
        (from, n) -> new ByteArrayInputStream(b, (int) from, (int) Math.min(n, b.length - from)));
  }

  // --- learning

  private static boolean english(Features f) {
    List<Integer> ids = ENGLISH.stream().map(w -> Features.id(Features.Kind.WORD, w)).toList();
    int found = 0;
    for (int i = 0; i < f.count(); i++) {
      found += ids.contains(f.id(i)) ? 1 : 0;
    }
    return found >= ENGLISH_MIN;
  }

  private static CommonModel train(List<Mail> all) {
    List<Mail> mails = all.stream().filter(m -> english(m.features)).toList();
    Map<Integer, Integer> seen = new HashMap<>();
    for (Mail m : mails) {
      for (int i = 0; i < m.features.count(); i++) {
        if (m.features.kind(i).common && !LOCAL.matcher(m.features.words(i)).matches()) {
          seen.merge(m.features.id(i), 1, Integer::sum);
        }
      }
    }
    seen.values().removeIf(n -> n < SEEN_MIN);
    int next = 0;
    for (Map.Entry<Integer, Integer> e : seen.entrySet()) {
      e.setValue(next++);
    }
    int[][] columns = mails.stream().map(m -> columns(m, seen)).toArray(int[][]::new);
    double[] weights = descend(mails, columns, next);
    return pack(seen, weights);
  }

  private static int[] columns(Mail m, Map<Integer, Integer> seen) {
    int[] found = new int[m.features.count()];
    int n = 0;
    for (int i = 0; i < found.length; i++) {
      Integer column = m.features.kind(i).common ? seen.get(m.features.id(i)) : null;
      if (column != null) {
        found[n++] = column;
      }
    }
    return Arrays.copyOf(found, n);
  }

  private static int common(Features f) {
    int n = 0;
    for (int i = 0; i < f.count(); i++) {
      n += f.kind(i).common ? 1 : 0;
    }
    return n;
  }

  /// Stochastic descent with a rate for each weight; the last weight is the bias.
  private static double[] descend(List<Mail> mails, int[][] columns, int n) {
    double[] w = new double[n + 1];
    double[] square = new double[n + 1];
    Random random = new Random(7);
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < mails.size(); i++) {
      order.add(i);
    }
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      Collections.shuffle(order, random);
      for (int m : order) {
        double x = CommonModel.unit(common(mails.get(m).features));
        boolean[] kept = new boolean[columns[m].length];
        double logit = w[n];
        for (int i = 0; i < kept.length; i++) {
          kept[i] = random.nextDouble() >= DROPPED;
          logit += kept[i] ? w[columns[m][i]] * x / (1 - DROPPED) : 0;
        }
        double error = 1 / (1 + Math.exp(-logit)) - (mails.get(m).spam ? 1 : 0);
        for (int i = 0; i < kept.length; i++) {
          if (kept[i]) {
            step(w, square, columns[m][i], error * x);
          }
        }
        step(w, square, n, error * 0.1);
      }
    }
    return w;
  }

  private static void step(double[] w, double[] square, int i, double gradient) {
    double g = gradient + DECAY * w[i];
    square[i] += g * g;
    w[i] -= RATE * g / (Math.sqrt(square[i]) + 1e-3);
  }

  private static CommonModel pack(Map<Integer, Integer> seen, double[] w) {
    byte[] tags = new byte[CommonModel.SLOTS];
    byte[] weights = new byte[CommonModel.SLOTS];
    float scale = WEIGHT_MAX / 127;
    seen.forEach((id, column) -> {
      int slot = id >>> CommonModel.TAG_BITS;
      byte weight = (byte) Math.clamp(Math.round(w[column] / scale), -127, 127);
      if (Math.abs(weight) > Math.abs(weights[slot])) { // of two in a slot the heavier stays
        weights[slot] = weight;
        tags[slot] = (byte) (int) id;
      }
    });
    return new CommonModel(tags, weights, scale, (float) w[w.length - 1]);
  }

  /// One account gets all, in an order by chance; its user reads what is good, and moves what is in
  /// the wrong place before the next message comes.
  private static void online(CommonModel common, List<Mail> mails) {
    List<Mail> order = new ArrayList<>(mails);
    Collections.shuffle(order, new Random(3));
    Models models = new Models(common);
    AccountModel own = new AccountModel();
    List<double[]> first = new ArrayList<>();
    List<double[]> second = new ArrayList<>();
    for (Mail m : order) {
      double logit = models.logit(m.features, own);
      double p = 1 / (1 + Math.exp(-logit));
      (first.size() < order.size() / 2 ? first : second).add(new double[] {p, m.spam ? 1 : 0});
      boolean junk = 100 * p >= Rules.JUNK_PERCENT;
      if (m.spam != junk || !m.spam) {
        int side = m.spam ? Lesson.SPAM : junk ? Lesson.GOOD : Lesson.READ;
        own.add(m.features, (int) Math.round(Lesson.step(side, logit) * AccountModel.UNIT));
      }
    }
    System.out.println(" the first half");
    report(first);
    System.out.println(" the second half");
    report(second);
  }

  // --- measuring

  /// Probability, and whether it is spam.
  private static List<double[]> judged(CommonModel model, List<Mail> mails) {
    List<double[]> results = new ArrayList<>();
    for (Mail m : mails) {
      double p = 1 / (1 + Math.exp(-model.logit(m.features)));
      results.add(new double[] {p, m.spam ? 1 : 0});
    }
    return results;
  }

  private static void report(List<double[]> results) {
    long spam = results.stream().filter(r -> r[1] == 1).count();
    long ham = results.size() - spam;
    for (double at : new double[] {0.5, 0.7, 0.8, 0.9, 0.95, 0.99}) {
      long lost = results.stream().filter(r -> r[1] == 0 && r[0] >= at).count();
      long missed = results.stream().filter(r -> r[1] == 1 && r[0] < at).count();
      System.out.printf(
          "  from %2.0f%%: %d of %d good messages into Junk (%.2f%%), %d of %d spam not (%.2f%%)%n",
          100 * at, lost, ham, 100.0 * lost / ham, missed, spam, 100.0 * missed / spam);
    }
  }
}
