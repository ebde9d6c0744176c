-- Circuits, the charge points on them, those that wait to be adopted, and the tags that people charge with.

-- The fuses of a facility as a tree; the one without a parent is the main fuse.
create table circuit (
  id uuid primary key not null,
  facility_id uuid not null references facility (id),
  parent_id uuid references circuit (id),
  name text not null,
  name_folded text collate "C" not null,
  walking_key bytea not null,
  fuse_a bigint not null check (fuse_a > 0),
  phases bigint not null,
  row_version bigint not null,
  created_at timestamptz not null
);
create unique index circuit_by_name on circuit (facility_id, name_folded);
create unique index circuit_by_root on circuit (facility_id) where parent_id is null;
create index circuit_by_parent on circuit (parent_id);

-- A charge point that was taken out of service stays with its history, on no circuit; what it was called, and what it
-- calls itself, can be given again. Its key is random, so that a plain digest tells nothing of it.
create table charge_point (
  id uuid primary key not null,
  facility_id uuid not null references facility (id),
  circuit_id uuid references circuit (id),
  identity text collate "C" not null,
  name text not null,
  name_folded text collate "C" not null,
  walking_key bytea not null,
  state text not null,
  decommissioned_at timestamptz,
  decommissioned_reason text,
  vendor text,
  model text,
  serial_number text,
  firmware_version text,
  fuse_a bigint not null check (fuse_a > 0),
  limit_a bigint not null,
  phase_rotation text not null,
  access text not null,
  meter_kind text not null,
  meter_kind_set_by_hand boolean not null,
  credential_digest bytea,
  credential_set_at timestamptz,
  row_version bigint not null,
  created_at timestamptz not null,
  check (limit_a <= fuse_a)
);
create unique index charge_point_by_identity on charge_point (identity) where state <> 'decommissioned';
create unique index charge_point_by_name on charge_point (facility_id, name_folded) where state <> 'decommissioned';
create index charge_point_by_walk on charge_point (facility_id, walking_key, id);
create index charge_point_by_circuit on charge_point (circuit_id);

-- What is known of the connection; kept apart, for it changes with every message and is nobody's decision.
create table charge_point_contact (
  charge_point_id uuid primary key not null references charge_point (id),
  connection_id uuid,
  connected_at timestamptz,
  disconnected_at timestamptz,
  heard_at timestamptz,
  remote_address text,
  booted_at timestamptz,
  clock_ahead_ms bigint
);

-- What a charge point says of its connectors; number 0 is the whole charge point.
create table connector (
  charge_point_id uuid not null references charge_point (id),
  number bigint not null,
  status text not null,
  error_code text,
  info text,
  vendor_error_code text,
  status_at timestamptz,
  heard_at timestamptz not null,
  primary key (charge_point_id, number)
);

-- Who called and is not known here. Anybody can call, so only the latest are kept.
create table waiting_charge_point (
  identity text collate "C" primary key not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  attempts bigint not null,
  remote_address text,
  presented_credential boolean not null,
  vendor text,
  model text,
  serial_number text,
  firmware_version text
);
create index waiting_charge_point_by_time on waiting_charge_point (last_seen_at);

create table tag (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  id_tag text collate "C" not null,
  label text,
  person_id uuid references person (id),
  blocked_at timestamptz,
  expires_on date,
  row_version bigint not null,
  created_at timestamptz not null
);
create unique index tag_by_id_tag on tag (organisation_id, id_tag);
create index tag_by_person on tag (person_id);
