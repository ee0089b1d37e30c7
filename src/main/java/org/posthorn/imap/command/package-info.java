/// The commands, one file each: `parse` reads the arguments, `run` does it and writes untagged
/// responses.
///
/// Rules for who edits here:
/// - A new command is a record that implements [Command][org.posthorn.imap.command.Command], with a
///   name there and a row in [Verb][org.posthorn.imap.command.Verb].
/// - `parse` touches nothing but its reader, so that wrong arguments change nothing.
/// - Whatever runs over many messages goes in runs of bounded size and writes as it goes.
package org.posthorn.imap.command;
