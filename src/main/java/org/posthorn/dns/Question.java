package org.posthorn.dns;

import org.xbill.DNS.Name;

/// What is asked: names compare without case.
///
/// @param name absolute
/// @param type as [org.xbill.DNS.Type] numbers them
record Question(Name name, int type) {}
