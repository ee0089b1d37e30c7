package org.posthorn.app.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/// The figures of one server. Sources are only noted until somebody asks for them.
///
/// @implNote Registering is put off because the client library takes longer to load than the whole
///   server may take to its first banner.
public final class Figures {
  private record Counters(String prefix, Object holder) {}

  private record Gauge(String name, String help, DoubleSupplier value) {}

  /// Fields that say how many there are now, and not how many there were.
  private static final Set<String> NOW = Set.of("open", "idling");

  private final List<Counters> counters = new ArrayList<>();
  private final List<Gauge> gauges = new ArrayList<>();
  private PrometheusRegistry registry;

  /// Publishes every public [LongAdder] field of `holder` as `posthorn_<prefix>_<field>_total`.
  public synchronized Figures counters(String prefix, Object holder) {
    counters.add(new Counters(prefix, holder));
    return this;
  }

  /// Publishes a value that goes up and down as `posthorn_<name>`.
  public synchronized Figures gauge(String name, String help, DoubleSupplier value) {
    gauges.add(new Gauge(name, help, value));
    return this;
  }

  /// Writes all figures as Prometheus reads them.
  public synchronized void write(OutputStream out) throws IOException {
    if (registry == null) {
      registry = register();
    }
    PrometheusTextFormatWriter.create().write(out, registry.scrape());
  }

  private PrometheusRegistry register() {
    PrometheusRegistry made = new PrometheusRegistry();
    for (Gauge gauge : gauges) {
      GaugeWithCallback.builder()
          .name("posthorn_" + gauge.name)
          .help(gauge.help)
          .callback(c -> c.call(gauge.value.getAsDouble()))
          .register(made);
    }
    for (Counters source : counters) {
      for (Field field : source.holder.getClass().getFields()) {
        if (field.getType() == LongAdder.class && !Modifier.isStatic(field.getModifiers())) {
          register(made, source.prefix, field.getName(), adder(field, source.holder));
        }
      }
    }
    return made;
  }

  private static void register(
      PrometheusRegistry registry, String prefix, String field, LongAdder adder) {
    String name = "posthorn_" + prefix + "_" + snake(field);
    String help = prefix + ": " + snake(field).replace('_', ' ');
    if (NOW.contains(field)) {
      GaugeWithCallback.builder()
          .name(name)
          .help(help)
          .callback(c -> c.call(adder.sum()))
          .register(registry);
    } else {
      CounterWithCallback.builder()
          .name(name)
          .help(help)
          .callback(c -> c.call(adder.sum()))
          .register(registry);
    }
  }

  private static LongAdder adder(Field field, Object holder) {
    try {
      return (LongAdder) field.get(holder);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(field + " is not readable", e);
    }
  }

  private static String snake(String camel) {
    return camel.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }
}
