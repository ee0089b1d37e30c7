package org.posthorn.store;

import java.util.ArrayList;
import java.util.List;

/// Row `j`: which entries are the same email.
///
/// @param created MODSEQ of the email's first entry
record Membership(long created, List<Place> places) {
  private static final int FORMAT = 1;

  record Place(int mailbox, long uid) {}

  byte[] row() {
    Pack p = new Pack(16 + 8 * places.size()).u8(FORMAT).varint(created).varint(places.size());
    for (Place e : places) p.u32(e.mailbox).u32(e.uid);
    return p.done();
  }

  static Membership decode(byte[] row) {
    Unpack u = Unpack.row(row, FORMAT);
    long created = u.varint();
    List<Place> places = new ArrayList<>();
    for (int n = u.count(8); n > 0; n--) places.add(new Place((int) u.u32(), u.u32()));
    return new Membership(created, places);
  }

  Membership with(Place added) {
    List<Place> more = new ArrayList<>(places);
    more.add(added);
    return new Membership(created, more);
  }

  Membership without(Place gone) {
    List<Place> less = new ArrayList<>(places);
    less.remove(gone);
    return new Membership(created, less);
  }
}
