-- A new key that a charge point is told over its line. Until it has called with it, the key that it had opens as well. The
-- key is sealed, so that it can be told once more, and is gone with the row.
create table key_change (
  charge_point_id blob primary key not null references charge_point (id),
  command_id blob not null references command (id),
  digest blob not null,
  sealed_key blob not null,
  asks integer not null
) strict;
