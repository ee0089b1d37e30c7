/// Whether mail of a stranger is taken, put into Junk, or refused, with reasons that a person can
/// read.
///
/// An `Inspection` gathers the `Facts` while the message comes in: what `trust` finds, and what the
/// recipient's own history says. A `Verdict` is made of them by rules.
///
/// # Rules for editors
///
/// - Only strangers on port 25 are judged; never who has logged in, never LMTP.
/// - A check that fails to answer in its time is left out of the verdict and named in the trace.
package org.posthorn.mta.judge;
