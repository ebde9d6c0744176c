-- Calls in the name of a charge point without its key, since it was let in last: how often, when last, and from where.
create table turned_away (
  charge_point_id uuid primary key not null references charge_point (id),
  at timestamptz not null,
  count bigint not null,
  remote_address text
);
