package org.posthorn.app;

/// Which Posthorn this is.
public final class Version {
  /// From the jar's manifest; `dev` for classes that lie about.
  public static final String TEXT = find();

  private Version() {}

  private static String find() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
