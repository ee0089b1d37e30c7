/// What the DNS has to say of a domain of ours, and what it says.
///
/// `DomainZone` makes the records of what is known here; `ZoneText` writes them down; `ZoneCheck`
/// asks the world and compares.
package org.posthorn.app.zone;
