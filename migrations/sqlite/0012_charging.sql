-- What charge points said, the sessions that follow from it, and what was asked of them.

-- Every frame as it came or went, for ever in this order: ids are made from the time. A heartbeat says nothing and is not
-- kept. `digest` tells a repeated report of a transaction; it covers the charge point, the action and the payload.
create table message (
  id blob primary key not null,
  charge_point_id blob not null references charge_point (id),
  received_at text not null,
  direction text not null,
  kind text not null,
  message_id text not null,
  action text,
  payload text not null,
  answer text,
  digest blob
) strict, without rowid;
create unique index message_once on message (digest) where digest is not null;
create index message_by_charge_point on message (charge_point_id, id);

-- The number by which charge points name a transaction: never used twice, also after a restart.
create table transaction_number (
  id integer primary key not null check (id = 1),
  last integer not null
) strict;
insert into transaction_number (id, last) values (1, 0);

-- `start_key` is what makes two reports the same start: connector, claimed time, tag and register. Claimed times are the
-- charge point's own and are never changed; the others are those that are believed.
create table session (
  id blob primary key not null,
  charge_point_id blob not null references charge_point (id),
  facility_id blob not null references facility (id),
  connector integer not null,
  tag text,
  person_id blob references person (id),
  transaction_id integer,
  start_key blob not null,
  state text not null,
  doubts text not null,
  claimed_start_at text,
  started_at text not null,
  start_wh integer,
  claimed_stop_at text,
  stopped_at text,
  stop_wh integer,
  stop_tag text,
  stop_reason text,
  stop_digest blob,
  energy_wh integer not null,
  judged_by_login_id blob references login (id),
  judged_at text,
  judged_reason text,
  row_version integer not null,
  created_at text not null
) strict;
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
  session_id blob not null references session (id),
  quarter integer not null,
  first_us integer not null,
  first_wh integer not null,
  last_us integer not null,
  last_wh integer not null,
  lowest_wh integer not null,
  highest_wh integer not null,
  primary key (session_id, quarter)
) strict, without rowid;

-- The energy of each quarter of a session that is over: what is priced.
create table interval (
  session_id blob not null references session (id),
  quarter integer not null,
  wh integer not null check (wh >= 0),
  certainty text not null,
  primary key (session_id, quarter)
) strict, without rowid;

-- Reports that belong to no session: each stop for itself, readings together by the transaction that they name.
create table stray_message (
  id blob primary key not null,
  charge_point_id blob not null references charge_point (id),
  facility_id blob not null references facility (id),
  stray_key blob not null,
  message_id blob not null,
  action text not null,
  reason text not null,
  transaction_id integer,
  connector integer,
  tag text,
  claimed_at text,
  wh integer,
  heard_count integer not null,
  first_heard_at text not null,
  last_heard_at text not null,
  resolution text,
  resolved_at text,
  resolved_by_login_id blob references login (id),
  resolved_reason text,
  session_id blob references session (id),
  row_version integer not null
) strict;
create unique index stray_message_once on stray_message (charge_point_id, stray_key);
create index stray_message_unresolved on stray_message (facility_id, last_heard_at, id) where resolved_at is null;

-- What the desk asked of a charge point. A secret is sealed and is gone once it has been delivered.
create table command (
  id blob primary key not null,
  charge_point_id blob not null references charge_point (id),
  operation text not null,
  sealed_secret blob,
  state text not null,
  asked_by_login_id blob references login (id),
  asked_at text not null,
  delivered_at text,
  answered_at text,
  answer text,
  verified_at text
) strict;
create index command_by_charge_point on command (charge_point_id, asked_at, id);
create index command_waiting on command (charge_point_id) where state in ('asked', 'delivered', 'obeyed', 'silent');
