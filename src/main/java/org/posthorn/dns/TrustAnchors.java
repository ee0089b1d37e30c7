package org.posthorn.dns;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/// The keys that are believed without anybody's signature (RFC 4033 §5): those of the root, or
/// whatever a file says. Names that no anchor is above are not validated.
public final class TrustAnchors {
  private static final int FILE_MAX = 1 << 20;

  private static final long TTL = 86400;

  /// From IANA's root-anchors.xml: the key of 2017 and the one that has taken its place.
  private static final String ROOT =
      """
      . IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D
      . IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16
      """;

  private final Map<Name, List<Record>> anchors;

  private TrustAnchors(Map<Name, List<Record>> anchors) {
    this.anchors = anchors;
  }

  /// Those of the Internet's root.
  public static TrustAnchors ofTheInternet() {
    try {
      return parse(ROOT);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// @param file records DS or DNSKEY as in a zone file, of the root or of any other zone
  /// @throws IOException if it cannot be read or has no such record, in words for who wrote it
  public static TrustAnchors read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] octets = in.readNBytes(FILE_MAX + 1);
      if (octets.length > FILE_MAX) {
        throw new IOException("longer than " + FILE_MAX + " octets");
      }
      return parse(new String(octets, StandardCharsets.ISO_8859_1));
    }
  }

  /// As [#read], from its text.
  public static TrustAnchors parse(String text) throws IOException {
    Map<Name, List<Record>> anchors = new HashMap<>();
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    try (var master = new Master(new ByteArrayInputStream(octets), Name.root, TTL)) {
      master.disableIncludes(true);
      for (Record r = master.nextRecord(); r != null; r = master.nextRecord()) {
        if (!(r instanceof DSRecord || r instanceof DNSKEYRecord)) {
          throw new IOException("a trust anchor is a DS or DNSKEY record");
        }
        anchors.computeIfAbsent(r.getName(), n -> new ArrayList<>()).add(r);
      }
    }
    if (anchors.isEmpty()) {
      throw new IOException("there is no trust anchor in it");
    }
    return new TrustAnchors(anchors);
  }

  /// Empty if the name is none.
  List<Record> at(Name name) {
    return anchors.getOrDefault(name, List.of());
  }

  /// The anchor that is nearest to a name, or is it. Null if there is none.
  Name above(Name name) {
    for (Name at = name; ; at = new Name(at, 1)) {
      if (anchors.containsKey(at)) {
        return at;
      }
      if (at.equals(Name.root)) {
        return null;
      }
    }
  }

  /// The one that stands for all when it is to be seen whether signatures arrive: the highest.
  Name first() {
    return anchors.keySet().stream()
        .min(Comparator.comparingInt(Name::labels).thenComparing(n -> n))
        .orElseThrow();
  }
}
