/// What a stranger on port 25 has to pass before the first octet of a message: patience, names,
/// rates, lists, and coming again. Never on submission.
///
/// # Rules for editors
///
/// - Everything remembered about strangers is bounded, whatever they do.
/// - What is refused only now is answered with 4xx, and says what to do.
package org.posthorn.mta.gate;
