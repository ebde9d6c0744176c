-- What charge points said, the sessions that follow from it, and what was asked of them.

-- Every frame as it came or went, for ever in this order: ids are made from the time. A heartbeat says nothing and is not
-- kept. `digest` tells a repeated report of a transaction; it covers the charge point, the action and the payload.
create table message (
  id uuid primary key not null,
  charge_point_id uuid not null references charge_point (id),
  received_at timestamptz not null,
  direction text not null,
  kind text not null,
  message_id text not null,
  action text,
  payload text not null,
  answer text,
  digest bytea
);
create unique index message_once on message (digest) where digest is not null;
create index message_by_charge_point on message (charge_point_id, id);

-- The number by which charge points name a transaction: never used twice, also after a restart.
create table transaction_number (
  id bigint primary key not null check (id = 1),
  last bigint not null
);
insert into transaction_number (id, last) values (1, 0);

-- `start_key` is what makes two reports the same start: connector, claimed time, tag and register. Claimed times are the
-- charge point's own and are never changed; the others are those that are believed.
create table session (
  id uuid primary key not null,
  charge_point_id uuid not null references charge_point (id),
  facility_id uuid not null references facility (id),
  connector bigint not null,
  tag text,
  person_id uuid references person (id),
  transaction_id bigint,
  start_key bytea not null,
  state text not null,
  doubts jsonb not null,
  claimed_start_at timestamptz,
  started_at timestamptz not null,
  start_wh bigint,
  claimed_stop_at timestamptz,
  stopped_at timestamptz,
  stop_wh bigint,
  stop_tag text,
  stop_reason text,
  stop_digest bytea,
  energy_wh bigint not null,
  judged_by_login_id uuid references login (id),
  judged_at timestamptz,
  judged_reason text,
  row_version bigint not null,
  created_at timestamptz not null
);
create unique index session_once on session (charge_point_id, start_key);
create unique index session_by_transaction on session (transaction_id);
create index session_by_connector on session (charge_point_id, connector, started_at);
create index session_by_facility on session (facility_id, started_at, id);
create index session_by_person on session (person_id, started_at);
create index session_open on session (charge_point_id) where state = 'open';
create index session_to_look_at on session (facility_id, started_at, id)
  where state in ('suspect', 'closed_by_system', 'orphan_stop');

-- The readings of a session, folded into quarters of an hour; whole microseconds since 1970, to be compared by number.
create table session_quarter (
  session_id uuid not null references session (id),
  quarter bigint not null,
  first_us bigint not null,
  first_wh bigint not null,
  last_us bigint not null,
  last_wh bigint not null,
  lowest_wh bigint not null,
  highest_wh bigint not null,
  primary key (session_id, quarter)
);

-- The energy of each quarter of a session that is over: what is priced.
create table interval (
  session_id uuid not null references session (id),
  quarter bigint not null,
  wh bigint not null check (wh >= 0),
  certainty text not null,
  primary key (session_id, quarter)
);

-- Reports that belong to no session: each stop for itself, readings together by the transaction that they name.
create table stray_message (
  id uuid primary key not null,
  charge_point_id uuid not null references charge_point (id),
  facility_id uuid not null references facility (id),
  stray_key bytea not null,
  message_id uuid not null,
  action text not null,
  reason text not null,
  transaction_id bigint,
  connector bigint,
  tag text,
  claimed_at timestamptz,
  wh bigint,
  heard_count bigint not null,
  first_heard_at timestamptz not null,
  last_heard_at timestamptz not null,
  resolution text,
  resolved_at timestamptz,
  resolved_by_login_id uuid references login (id),
  resolved_reason text,
  session_id uuid references session (id),
  row_version bigint not null
);
create unique index stray_message_once on stray_message (charge_point_id, stray_key);
create index stray_message_unresolved on stray_message (facility_id, last_heard_at, id) where resolved_at is null;

-- What the desk asked of a charge point. A secret is sealed and is gone once it has been delivered.
create table command (
  id uuid primary key not null,
  charge_point_id uuid not null references charge_point (id),
  operation jsonb not null,
  sealed_secret bytea,
  state text not null,
  asked_by_login_id uuid references login (id),
  asked_at timestamptz not null,
  delivered_at timestamptz,
  answered_at timestamptz,
  answer jsonb,
  verified_at timestamptz
);
create index command_by_charge_point on command (charge_point_id, asked_at, id);
create index command_waiting on command (charge_point_id) where state in ('asked', 'delivered', 'obeyed', 'silent');
