/// Who exists: domains, accounts, the addresses that lead to them or elsewhere, and the passwords
/// that open them.
///
/// # Rows
///
/// | partition | key | row |
/// |---|---|---|
/// | server | `y/domain/` name | a domain of ours, since when |
/// | server | `y/decoy` | key of what SCRAM is told of names that nobody has |
/// | server | `y/key/` purpose | a key of this installation, such as the one for `srs` |
/// | domain | `z` | what the domain is to us and its settings; marks a domain being removed |
/// | domain | `n` local part | an account's id with its forwards; an alias, a group, a user who has moved; a recipient of a domain that others are for |
/// | domain | `n` | the catch-all: an alias whose local part is empty |
/// | domain | `k/` selector | a key by which mail of the domain is signed: algorithm, private key, state, times |
/// | account | `k/address/own` | the account's own address |
/// | account | `k/address/shared` | the account belongs to nobody in particular |
/// | account | `k/address/send-as` | whom an administrator lets it write as |
/// | account | `k/credential/password` | Argon2id and SCRAM keys, with their cost |
/// | account | `o/` id | a wish that its name be claimed or released |
///
/// Local parts are kept as they were written and found in lower case and composed (NFC).
///
/// # Where an address leads
///
/// `Resolver` says what an address is; `Walk` follows it over aliases, groups and forwards to
/// accounts and to addresses elsewhere, and its comment has the order and how every way ends.
/// `Addressing` changes what leads where. What an account's mail does lies in its name's row, not
/// in its partition: RCPT asks for it, and it is found in the cache of names with the account.
///
/// # An account and its name
///
/// They lie in two partitions, and there is no transaction over two. The account goes first, both
/// ways. Making it, its first commit carries the wish to claim the name; the courier carries that
/// to the domain, and who adds an account waits for it. If two add the same name at once, the first
/// to arrive there has it, and the other account, which nobody could ever reach, is removed.
/// Removing it, the commit that removes the mail carries the wish to release the name. A crash in
/// between leaves the wish, and the next start carries it out.
///
/// So a name may for a moment belong to an account that is gone. Such a name is nobody's: it
/// resolves to nobody and is free for a new account. No mail can be acknowledged into an account
/// that is gone, because delivery asks the account itself.
///
/// # Logging in
///
/// `Logins` takes every login through the same steps: back-off by account and by address, a look at
/// what was verified lately, one hash in `PasswordHashing`'s bounded pool. A name that does not
/// exist is hashed against a credential that nothing opens, and gets the same answer. `Proofs`
/// judges SCRAM and certificates, `TokenLogins` bearer tokens by `directory.token`; the arithmetic
/// of SCRAM is in `net.sasl`. SCRAM tells a salt before anything is proven: `ScramDecoys` has one
/// for everybody. Whether it is offered is for `ScramCoverage` to say.
///
/// Rules for editors: no password in an exception, a log line or a `toString`; whatever decides by
/// the existence of a name does it without a difference in time that is worth measuring; a change
/// of names ends with `Domain.changed` before its caller is answered; whoever reads a name's
/// account asks the store whether it is alive.
package org.posthorn.directory;
