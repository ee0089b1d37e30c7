package org.posthorn.app.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Documents one key of the configuration file. Its name is the component's, with dashes.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
@interface Key {
  /// What it means, in sentences; wrapped when printed.
  String doc();

  /// The default as a TOML value. For a table (a component that is a record) an inline table with
  /// the defaults that differ from those of the record's own components.
  String value() default "{}";

  /// For a list of tables, whose default is no table: an example that is printed as a comment.
  String example() default "";
}
