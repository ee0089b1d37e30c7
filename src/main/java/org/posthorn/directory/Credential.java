package org.posthorn.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.ref.WeakReference;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.BlockPool;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.FixedBlockPool;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.posthorn.net.sasl.ScramHash;

/// Record `k/credential/password` of an account: what is kept of its password.
///
/// All of it is made from the same password at the same moment, so that every mechanism opens for
/// the same password. Making and verifying are slow on purpose: only [PasswordHashing] calls them.
///
/// @param cost with which the rest was made
/// @param hash Argon2id, RFC 9106
/// @param scram none if SASLprep forbids the password: no SCRAM client could use it
record Credential(HashCost cost, byte[] salt, byte[] hash, List<ScramKeys> scram) {
  static final String KIND = "credential";
  static final String ID = "password";

  private static final int FORMAT = 1;
  static final int SALT_OCTETS = 16;
  private static final int HASH_OCTETS = 32;
  private static final int SCRAM_MAX = 8;

  /// Blocks of a KiB that hashing needs besides what the cost says.
  private static final int WORK_BLOCKS = 16;

  private static volatile WeakReference<Memory> memory = new WeakReference<>(null);

  Credential {
    scram = List.copyOf(scram);
  }

  static Credential make(String password, HashCost cost) {
    byte[] salt = Passwords.salt(SALT_OCTETS);
    byte[] hash = argon2(octets(password), salt, cost);
    List<ScramKeys> scram = new ArrayList<>();
    String prepared = SaslPrep.prepare(password);
    if (prepared != null) {
      for (ScramKeys.Mechanism m : ScramKeys.Mechanism.values()) {
        byte[] own = Passwords.salt(SALT_OCTETS);
        scram.add(ScramKeys.make(m, prepared.getBytes(UTF_8), own, cost.scramIterations()));
      }
    }
    return new Credential(cost, salt, hash, scram);
  }

  /// One that no password opens and that takes as long as any other to find out.
  static Credential dummy(HashCost cost) {
    return new Credential(
        cost, Passwords.salt(SALT_OCTETS), Passwords.salt(HASH_OCTETS), List.of());
  }

  /// Null if SCRAM with that hash opens nothing here.
  ScramKeys scram(ScramHash hash) {
    for (ScramKeys k : scram) {
      if (k.mechanism().hash == hash) return k;
    }
    return null;
  }

  /// Whether every form of SCRAM opens.
  boolean hasScram() {
    for (ScramHash hash : ScramHash.values()) {
      if (scram(hash) == null) return false;
    }
    return true;
  }

  boolean opensWith(String password) {
    return MessageDigest.isEqual(hash, argon2(octets(password), salt, cost));
  }

  private static byte[] octets(String password) {
    String prepared = SaslPrep.prepare(password);
    return (prepared != null ? prepared : password).getBytes(UTF_8);
  }

  private static byte[] argon2(byte[] password, byte[] salt, HashCost cost) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(cost.memoryKib())
            .withIterations(cost.passes())
            .withParallelism(cost.lanes())
            .withSalt(salt)
            .withBlockPool(memory(cost.memoryKib()))
            .build());
    byte[] out = new byte[HASH_OCTETS];
    generator.generateBytes(password, out);
    return out;
  }

  /// Memory to hash in, wiped when it comes back. It lives too long for the young generation: if it
  /// were made anew each time, a dozen logins would fill the old one. Others that hash meanwhile
  /// find it empty, and make blocks of their own.
  private static BlockPool memory(int kib) {
    Memory there = memory.get();
    if (there == null || there.kib != kib) {
      there = new Memory(kib);
      memory = new WeakReference<>(there);
    }
    return there;
  }

  private static final class Memory extends FixedBlockPool {
    private final int kib;

    Memory(int kib) {
      super(kib + WORK_BLOCKS);
      this.kib = kib;
    }
  }

  byte[] encode() {
    RowText.Writer w =
        new RowText.Writer(FORMAT)
            .u32(cost.memoryKib())
            .u32(cost.passes())
            .u32(cost.lanes())
            .u32(cost.scramIterations())
            .bytes(salt)
            .bytes(hash)
            .u8(scram.size());
    for (ScramKeys k : scram) {
      w.u8(k.mechanism().code)
          .bytes(k.salt())
          .u32(k.iterations())
          .bytes(k.storedKey())
          .bytes(k.serverKey());
    }
    return w.done();
  }

  static Credential decode(byte[] row) {
    RowText.Reader r = new RowText.Reader(row, FORMAT);
    HashCost cost;
    try {
      cost = new HashCost(r.u32(), r.u32(), r.u32(), r.u32());
    } catch (IllegalArgumentException e) {
      throw RowText.Reader.damaged(e.getMessage());
    }
    byte[] salt = r.bytes();
    byte[] hash = r.bytes();
    List<ScramKeys> scram = new ArrayList<>();
    int count = r.u8();
    if (count > SCRAM_MAX) throw RowText.Reader.damaged(count + " SCRAM mechanisms");
    for (int i = 0; i < count; i++) {
      var mechanism = ScramKeys.Mechanism.of(r.u8());
      byte[] own = r.bytes();
      scram.add(new ScramKeys(mechanism, own, r.u32(), r.bytes(), r.bytes()));
    }
    return new Credential(cost, salt, hash, scram);
  }

  /// Neither hash nor salt belong into a log.
  @Override
  public String toString() {
    return "Credential[" + cost + "]";
  }
}
