package org.posthorn.mta.judge;

import java.util.List;
import java.util.Set;

/// When a rule holds. [ConditionReader] reads one.
sealed interface Condition {
  boolean holds(Case c);

  /// Adds what makes it hold, for people, the first named first. Called where it holds.
  void reasons(Case c, List<String> to);

  /// Adds the names it asks for, those after `!` left out.
  void names(Set<String> to);

  /// Each of them.
  record All(List<Condition> parts) implements Condition {
    public All {
      parts = List.copyOf(parts);
    }

    @Override
    public boolean holds(Case c) {
      for (Condition part : parts) {
        if (!part.holds(c)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void reasons(Case c, List<String> to) {
      parts.forEach(p -> p.reasons(c, to));
    }

    @Override
    public void names(Set<String> to) {
      parts.forEach(p -> p.names(to));
    }
  }

  /// One of them at least.
  record Any(List<Condition> parts) implements Condition {
    public Any {
      parts = List.copyOf(parts);
    }

    @Override
    public boolean holds(Case c) {
      for (Condition part : parts) {
        if (part.holds(c)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public void reasons(Case c, List<String> to) {
      parts.stream().filter(p -> p.holds(c)).forEach(p -> p.reasons(c, to));
    }

    @Override
    public void names(Set<String> to) {
      parts.forEach(p -> p.names(to));
    }
  }

  /// Not that. Says nothing: what is missing is no reason that a reader looks for.
  record Not(Condition part) implements Condition {
    @Override
    public boolean holds(Case c) {
      return !part.holds(c);
    }

    @Override
    public void reasons(Case c, List<String> to) {}

    @Override
    public void names(Set<String> to) {}
  }

  /// One thing that was found out has one of some values.
  ///
  /// @param name as in a rule, such as `spf`
  record Test(String name, Question question) implements Condition {
    @Override
    public boolean holds(Case c) {
      return question.holds(c);
    }

    @Override
    public void reasons(Case c, List<String> to) {
      String words = question.words(c);
      if (!words.isEmpty()) {
        to.add(words);
      }
    }

    @Override
    public void names(Set<String> to) {
      to.add(name);
    }
  }

  /// What a test asks.
  interface Question {
    boolean holds(Case c);

    /// Why, for people; "" where the name of the rule says enough. Called where it holds.
    String words(Case c);
  }
}
