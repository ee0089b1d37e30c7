/// Whether mail of a stranger is taken, put into Junk, or refused, with reasons that a person can
/// read.
///
/// An `Inspection` gathers the `Facts` while the message comes in: what `trust` finds, what lists
/// and outside judges say. A `Judge` makes a `Judgement` of them: `RuleJudge` adds what the header
/// claims (`Forgery`, `Sealed`) and what each account knows (`Standing`, `Likeness`), which
/// together are a `Case`, and asks the table of `Rules`. The first rule that holds decides.
///
/// Rules are text: `ConditionReader` reads one, `Terms` has all that one can ask for.
///
/// # Rules for editors
///
/// - Only strangers on port 25 are judged; never who has logged in, never LMTP.
/// - A check that fails to answer in its time is left out of the verdict and named in the trace.
/// - A new thing to ask for needs a line in `Terms`, in `RulesTest` and in docs/spam.md.
package org.posthorn.mta.judge;
