/// Which messages may contain a string.
///
/// A search is exact: [MessageText][org.posthorn.mime.MessageText] decides by reading. What lies
/// here only spares readings whose outcome is known.
package org.posthorn.store.search;
