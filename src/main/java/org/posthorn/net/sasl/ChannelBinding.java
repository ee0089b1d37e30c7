package org.posthorn.net.sasl;

/// What ties an exchange to the secure channel it runs over (RFC 5056).
@FunctionalInterface
public interface ChannelBinding {
  /// Most preferred first.
  java.util.List<String> TYPES = java.util.List.of("tls-exporter", "tls-server-end-point");

  /// A channel that is not secure, or tells nothing.
  ChannelBinding NONE = _ -> null;

  /// The data of a binding type by its name in the IANA registry; null if the channel has none.
  byte[] data(String type);

  /// Whether there is data of any type.
  default boolean any() {
    return TYPES.stream().anyMatch(t -> data(t) != null);
  }
}
