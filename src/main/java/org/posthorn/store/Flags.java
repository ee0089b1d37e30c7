package org.posthorn.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// System flags as bits, and keywords by name (RFC 9051 §2.3.2).
///
/// @param system or of [#SEEN], [#ANSWERED], [#FLAGGED], [#DELETED], [#DRAFT]
/// @param keywords in the spelling of the client, compared without case, none twice
public record Flags(int system, List<String> keywords) {
  public static final int SEEN = 1;
  public static final int ANSWERED = 2;
  public static final int FLAGGED = 4;
  public static final int DELETED = 8;
  public static final int DRAFT = 16;
  public static final int ALL_SYSTEM = 31;

  public static final Flags NONE = new Flags(0, List.of());

  public Flags {
    if ((system & ~ALL_SYSTEM) != 0) {
      throw new IllegalArgumentException("system flags " + system);
    }
    if (keywords.size() > 1) {
      Map<String, String> once = new LinkedHashMap<>();
      for (String k : keywords) once.putIfAbsent(k.toLowerCase(Locale.ROOT), k);
      keywords = once.size() == keywords.size() ? keywords : new ArrayList<>(once.values());
    }
    keywords = List.copyOf(keywords);
  }

  public static Flags of(int system) {
    return system == 0 ? NONE : new Flags(system, List.of());
  }

  public boolean has(int bit) {
    return (system & bit) != 0;
  }
}
