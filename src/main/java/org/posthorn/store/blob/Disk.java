package org.posthorn.store.blob;

import java.io.IOException;
import java.util.List;

/// One directory of files, as little of it as segments need, so that tests can break it.
///
/// Two implementations: [RealDisk], and one in the tests that fails by a seed.
public interface Disk {
  /// Names of the files present, in no order.
  List<String> list() throws IOException;

  /// Opens for reading and writing. Creates the file if `create`; else it must exist.
  DiskFile open(String name, boolean create) throws IOException;

  /// Removes the name if it is there. Whoever has the file open can still read it.
  void delete(String name) throws IOException;

  /// Makes names created and deleted so far durable.
  void syncNames() throws IOException;
}
