-- A new key that a charge point is told over its line. Until it has called with it, the key that it had opens as well. The
-- key is sealed, so that it can be told once more, and is gone with the row.
create table key_change (
  charge_point_id uuid primary key not null references charge_point (id),
  command_id uuid not null references command (id),
  digest bytea not null,
  sealed_key bytea not null,
  asks bigint not null
);
