/// The command line: what `./posthorn` understands.
///
/// [Posthorn] puts the commands together. Each reads its words, makes a request of them and lets
/// [Target] have it carried out, by the running server or by this process; what comes back is
/// printed as lines or as JSON. Exit status: 0 done, 1 failed with one line on standard error, 2
/// not understood.
///
/// For editors: commands hold no logic of administration; that is in `app.admin`, where both ways
/// meet.
package org.posthorn.app.command;
