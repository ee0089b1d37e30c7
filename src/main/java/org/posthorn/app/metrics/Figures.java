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

  /// A function that is asked for its value.
  private record Asked(Kind kind, String name, String help, DoubleSupplier value) {}

  private enum Kind {
    GAUGE,
    COUNTER
  }

  /// Fields that say how many there are now, and not how many there were.
  private static final Set<String> NOW = Set.of("open", "idling");

  private final List<Counters> counters = new ArrayList<>();
  private final List<Asked> asked = new ArrayList<>();
  private PrometheusRegistry registry;

  /// Publishes every public [LongAdder] field of `holder` as `posthorn_<prefix>_<field>_total`.
  public synchronized Figures counters(String prefix, Object holder) {
    counters.add(new Counters(prefix, holder));
    return this;
  }

  /// Publishes a value that goes up and down as `posthorn_<name>`.
  public synchronized Figures gauge(String name, String help, DoubleSupplier value) {
    asked.add(new Asked(Kind.GAUGE, name, help, value));
    return this;
  }

  /// Publishes a value that only grows as `posthorn_<name>_total`.
  public synchronized Figures counter(String name, String help, DoubleSupplier value) {
    asked.add(new Asked(Kind.COUNTER, name, help, value));
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
    for (Asked one : asked) {
      register(made, one);
    }
    for (Counters source : counters) {
      for (Field field : source.holder.getClass().getFields()) {
        if (field.getType() == LongAdder.class && !Modifier.isStatic(field.getModifiers())) {
          register(made, asked(source.prefix, field.getName(), adder(field, source.holder)));
        }
      }
    }
    return made;
  }

  private static Asked asked(String prefix, String field, LongAdder adder) {
    Kind kind = NOW.contains(field) ? Kind.GAUGE : Kind.COUNTER;
    String words = snake(field);
    return new Asked(
        kind, prefix + "_" + words, prefix + ": " + words.replace('_', ' '), adder::sum);
  }

  private static void register(PrometheusRegistry registry, Asked one) {
    String name = "posthorn_" + one.name;
    switch (one.kind) {
      case GAUGE ->
          GaugeWithCallback.builder()
              .name(name)
              .help(one.help)
              .callback(c -> c.call(one.value.getAsDouble()))
              .register(registry);
      case COUNTER ->
          CounterWithCallback.builder()
              .name(name)
              .help(one.help)
              .callback(c -> c.call(one.value.getAsDouble()))
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
