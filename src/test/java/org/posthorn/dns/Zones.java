package org.posthorn.dns;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A resolver that knows what a test tells it. Names it was not told of do not exist.
public final class Zones implements Resolver {
  private final Map<String, List<Object>> records = new ConcurrentHashMap<>();
  private final Map<String, Answer.Reason> broken = new ConcurrentHashMap<>();
  private final Set<String> signed = ConcurrentHashMap.newKeySet();

  public Zones mx(String domain, int preference, String host) {
    return add("mx " + key(domain), new Mx(preference, host));
  }

  /// An IPv4 or IPv6 address.
  public Zones address(String host, String literal) {
    InetAddress a = InetAddress.ofLiteral(literal);
    return add((a instanceof Inet4Address ? "a " : "aaaa ") + key(host), a);
  }

  public Zones name(String literal, String host) {
    return add("ptr " + InetAddress.ofLiteral(literal).getHostAddress(), host);
  }

  public Zones txt(String name, String text) {
    return add("txt " + key(name), text);
  }

  /// @param text as in a zone file: `3 1 1 0a1b…`
  public Zones tlsa(String name, String text) {
    String[] words = text.split(" ");
    return add(
        "tlsa " + key(name),
        new Tlsa(
            Integer.parseInt(words[0]),
            Integer.parseInt(words[1]),
            Integer.parseInt(words[2]),
            HexFormat.of().parseHex(words[3])));
  }

  public Zones srv(String name, int priority, int weight, int port, String host) {
    return add("srv " + key(name), new Srv(priority, weight, port, host));
  }

  /// Takes all records of a name away.
  public Zones remove(String name) {
    records.keySet().removeIf(k -> k.endsWith(" " + key(name)));
    return this;
  }

  /// What is said of this name and of those below it is secure; "" for all.
  public Zones signed(String domain) {
    signed.add(key(domain));
    return this;
  }

  /// Takes back what [#signed] said.
  public Zones unsigned(String domain) {
    signed.remove(key(domain));
    return this;
  }

  private Security security(String name) {
    String key = key(name);
    boolean secure =
        signed.stream().anyMatch(s -> s.isEmpty() || key.equals(s) || key.endsWith("." + s));
    return secure ? Security.SECURE : Security.INSECURE;
  }

  /// Every question about this name fails.
  public Zones breaks(String name, Answer.Reason reason) {
    broken.put(key(name), reason);
    return this;
  }

  public Zones mends(String name) {
    broken.remove(key(name));
    return this;
  }

  private Zones add(String key, Object record) {
    records.computeIfAbsent(key, k -> new ArrayList<>()).add(record);
    return this;
  }

  private static String key(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  @SuppressWarnings("unchecked") // each kind has one type
  private <T> Answer<T> answer(String kind, String name) {
    Answer.Reason reason = broken.get(key(name));
    if (reason != null) return new Answer.Failed<>(reason, "made to fail");
    List<Object> found = records.get(kind + " " + key(name));
    if (found != null) return new Answer.Found<>((List<T>) found, key(name), security(name));
    boolean exists =
        new HashMap<>(records).keySet().stream().anyMatch(k -> k.endsWith(" " + key(name)));
    return new Answer.Absent<>(exists, security(name));
  }

  @Override
  public Answer<Mx> mx(String domain) {
    return answer("mx", domain);
  }

  @Override
  public Answer<Inet4Address> ipv4(String host) {
    return answer("a", host);
  }

  @Override
  public Answer<Inet6Address> ipv6(String host) {
    return answer("aaaa", host);
  }

  @Override
  public Answer<String> names(InetAddress address) {
    return answer("ptr", address.getHostAddress());
  }

  @Override
  public Answer<String> txt(String name) {
    return answer("txt", name);
  }

  @Override
  public Answer<Tlsa> tlsa(String name) {
    return answer("tlsa", name);
  }

  @Override
  public Answer<Srv> srv(String name) {
    return answer("srv", name);
  }

  @Override
  public boolean validates() {
    return !signed.isEmpty();
  }
}
