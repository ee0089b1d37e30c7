package org.posthorn.store.kv;

/// One key and its value; keys compare as unsigned octets.
///
/// @param key 1 to 256 octets
/// @param value at most 256 KiB, first octet is the format
public record Row(byte[] key, byte[] value) {}
