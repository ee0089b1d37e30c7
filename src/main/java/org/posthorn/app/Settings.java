package org.posthorn.app;

import java.util.function.Supplier;
import org.posthorn.app.config.Config;

/// What a server is started with.
///
/// @param anyUser every address is an inbox and any password opens it
/// @param again reads the configuration anew, for `reload`
public record Settings(Config config, boolean anyUser, Supplier<Config> again) {
  public static Settings serve(Config config, Supplier<Config> again) {
    return new Settings(config, false, again);
  }

  public static Settings dev(Config config, boolean anyUser) {
    return new Settings(config, anyUser, () -> config);
  }
}
