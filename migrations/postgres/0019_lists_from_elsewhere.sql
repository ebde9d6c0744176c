-- Where a session comes from that no charge point reported here: the system that counted it, and what it is called there.
-- The same session of the same system is taken in once.
create table session_origin (
  session_id uuid primary key not null references session (id),
  facility_id uuid not null references facility (id),
  source text not null,
  outside_id text not null
);
create unique index session_origin_once on session_origin (facility_id, source, outside_id);

-- Charges in the order of their months, for files of them.
create index charge_by_facility on charge (facility_id, month, id);
