package org.posthorn.mta.judge;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.zip.GZIPInputStream;

/// What spam looks like to everybody: a weight for each of many features, learned from a public
/// collection (`docs/decisions`, docs/spam.md), in the jar. Logistic regression over features of
/// equal weight, whose vector has length 1. Immutable.
///
/// The table has a slot for each of the upper bits of an id; the lower eight, of which the slot
/// keeps a copy, tell features of one slot apart.
final class CommonModel {
  static final int TAG_BITS = 8;
  static final int SLOT_BITS = Features.ID_BITS - TAG_BITS;
  static final int SLOTS = 1 << SLOT_BITS;

  private static final String RESOURCE = "common-model.gz";
  private static final int FORMAT = 1;

  /// Of a collection of another time and place nobody should be too sure.
  private static final double LOGIT_MAX = 6;

  /// Of few features each counts as if there were so many: a message of five words says nothing.
  private static final int FEATURES_MIN = 100;

  private final byte[] tags;
  private final byte[] weights;
  private final float scale;
  private final float bias;

  /// @param scale of the weights
  CommonModel(byte[] tags, byte[] weights, float scale, float bias) {
    this.tags = tags;
    this.weights = weights;
    this.scale = scale;
    this.bias = bias;
  }

  /// Knows nothing: every message is as likely spam as not.
  static CommonModel none() {
    return new CommonModel(new byte[SLOTS], new byte[SLOTS], 1, 0);
  }

  /// The one of this program.
  static CommonModel shipped() {
    try (InputStream in = CommonModel.class.getResourceAsStream(RESOURCE)) {
      return in == null ? none() : read(new GZIPInputStream(in));
    } catch (IOException e) {
      throw new UncheckedIOException("the jar is damaged: " + RESOURCE, e);
    }
  }

  static CommonModel read(InputStream from) throws IOException {
    var in = new DataInputStream(from);
    int format = in.readUnsignedByte();
    if (format != FORMAT) {
      throw new IOException("a model of format " + format);
    }
    float scale = in.readFloat();
    float bias = in.readFloat();
    byte[] tags = new byte[SLOTS];
    byte[] weights = new byte[SLOTS];
    in.readFully(tags);
    in.readFully(weights);
    return new CommonModel(tags, weights, scale, bias);
  }

  void write(java.io.OutputStream to) throws IOException {
    var out = new java.io.DataOutputStream(to);
    out.writeByte(FORMAT);
    out.writeFloat(scale);
    out.writeFloat(bias);
    out.write(tags);
    out.write(weights);
    out.flush();
  }

  /// What a feature weighs; 0 of one that is not known.
  float weight(int id) {
    int slot = id >>> TAG_BITS;
    return tags[slot] == (byte) id ? weights[slot] * scale : 0;
  }

  /// The logarithm of the odds that it is spam.
  double logit(Features f) {
    double sum = 0;
    int n = 0;
    for (int i = 0; i < f.count(); i++) {
      if (f.kind(i).common) {
        sum += weight(f.id(i));
        n++;
      }
    }
    return Math.clamp(bias + sum * unit(n), -LOGIT_MAX, LOGIT_MAX);
  }

  /// What each feature of a message counts for.
  double unit(Features f) {
    int n = 0;
    for (int i = 0; i < f.count(); i++) {
      n += f.kind(i).common ? 1 : 0;
    }
    return unit(n);
  }

  /// What each of so many features counts for.
  static double unit(int features) {
    return 1 / Math.sqrt(Math.max(features, FEATURES_MIN));
  }
}
