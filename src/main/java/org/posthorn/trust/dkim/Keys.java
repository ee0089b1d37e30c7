package org.posthorn.trust.dkim;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Resolver;

/// Records of keys for the signatures of one message, each name asked for once. One thread.
public final class Keys {
  private final Resolver resolver;
  private final Map<String, Answer<String>> known = new HashMap<>();

  public Keys(Resolver resolver) {
    this.resolver = resolver;
  }

  /// Asks for all at once, so that slow name servers cost their time together, not one after the
  /// other.
  void ask(Set<String> names) {
    Set<String> open = new LinkedHashSet<>(names);
    open.removeAll(known.keySet());
    if (open.size() < 2) {
      open.forEach(this::get);
      return;
    }
    Map<String, Future<Answer<String>>> asked = new HashMap<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      open.forEach(name -> asked.put(name, threads.submit(() -> resolver.txt(name))));
      asked.forEach((name, answer) -> known.put(name, result(answer)));
    }
  }

  Answer<String> get(String name) {
    return known.computeIfAbsent(name, resolver::txt);
  }

  private static Answer<String> result(Future<Answer<String>> asked) {
    try {
      return asked.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Failed<>(Answer.Reason.TIMEOUT, "interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
