/// A message as octets and back.
package org.posthorn.mime;
