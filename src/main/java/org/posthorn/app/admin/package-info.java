/// Administration, with the same effect whether the server runs or not.
///
/// A [Request] goes to the running server over the Unix socket `admin.sock` in the data directory,
/// one line of JSON there and one [Answer] back, with the octets of a message between them where
/// the command wants one; or is carried out by this very process when no server runs. Either way
/// [Administration] does it. Whoever may open the socket file is the administrator: the file and
/// its directory belong to the server's user alone.
///
/// For editors: a new command is a case in [Administration] and its command line in `app.command`.
package org.posthorn.app.admin;
