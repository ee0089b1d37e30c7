/// The configuration of `posthorn serve`: one TOML file in which every key is optional.
///
/// [Config] and its parts are records. Each component carries a [Key] with its documentation and
/// its default, written as TOML; nothing else knows either. [ConfigReader] reads a file into the
/// records and complains about what it does not know, [ConfigText] prints the documented file,
/// which reads back as the defaults.
///
/// For editors: a new setting is a new component with its [Key]. Write the documentation for the
/// person who runs the server: what it does, and when to change it.
package org.posthorn.app.config;
