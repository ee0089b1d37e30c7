package org.posthorn.store;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/// @param clock wall time
/// @param nanos monotonic time
/// @param blockCacheBytes memory for RocksDB's blocks
/// @param pageCacheBytes memory for decoded mailbox pages
public record StoreOptions(
    InstantSource clock, LongSupplier nanos, long blockCacheBytes, long pageCacheBytes) {}
