-- People, places, access, audit and the machinery that every later room stands on.
-- Types are Postgres's own; text that is compared by range or must sort by byte is collate "C".

create table vault (
  id bigint primary key check (id = 1),
  wrapped_by_key bytea not null,
  wrapped_by_recovery bytea not null,
  created_at timestamptz not null
);

create table setting (
  name text primary key not null,
  value jsonb not null,
  row_version bigint not null
);

create table organisation (
  id uuid primary key not null,
  name text not null,
  country text not null,
  organisation_number text not null,
  vat_number text,
  street text not null,
  postal_code text not null,
  city text not null,
  training boolean not null,
  row_version bigint not null,
  created_at timestamptz not null
);
create unique index organisation_by_number on organisation (country, organisation_number, training);

create table department (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  name text not null,
  reference_number text,
  cost_centre text,
  row_version bigint not null,
  created_at timestamptz not null
);
create unique index department_by_name on department (organisation_id, name);

create table facility (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  code text not null,
  code_folded text collate "C" not null,
  name text not null,
  country text not null,
  time_zone text not null,
  price_area text,
  colour text not null,
  contact_phone text,
  contact_email text,
  contact_visiting_address text,
  contact_hours text,
  row_version bigint not null,
  created_at timestamptz not null
);
create unique index facility_by_code on facility (code_folded);
create index facility_by_organisation on facility (organisation_id);

create table import (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  facility_id uuid not null references facility (id),
  file_name text not null,
  content_digest bytea not null,
  content bytea not null,
  state text not null,
  plan jsonb not null,
  counts jsonb not null,
  created_by uuid not null,
  created_at timestamptz not null,
  committed_at timestamptz,
  undone_at timestamptz,
  row_version bigint not null
);
create index import_by_facility on import (facility_id, created_at);

create table unit (
  id uuid primary key not null,
  facility_id uuid not null references facility (id),
  code text not null,
  code_folded text collate "C" not null,
  kind text not null,
  section text,
  walking_key bytea not null,
  import_id uuid references import (id),
  row_version bigint not null,
  created_at timestamptz not null
);
create unique index unit_by_code on unit (facility_id, code_folded);
create index unit_by_walk on unit (facility_id, walking_key, id);
create index unit_by_import on unit (import_id);

create table person (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  given_name text not null,
  family_name text not null,
  sort_key bytea not null,
  email text,
  phone text,
  language text not null,
  street text,
  postal_code text,
  city text,
  personal_number_country text,
  personal_number_masked text,
  personal_number_sealed bytea,
  personal_number_digest bytea,
  protected_identity boolean not null,
  note text,
  merged_into_id uuid references person (id),
  erased_at timestamptz,
  import_id uuid references import (id),
  row_version bigint not null,
  created_at timestamptz not null
);
create index person_by_name on person (organisation_id, sort_key, id);
create unique index person_by_personal_number on person (organisation_id, personal_number_digest);
create index person_by_email on person (organisation_id, email);
create index person_by_phone on person (organisation_id, phone);
create index person_by_import on person (import_id);

create table person_facility (
  facility_id uuid not null references facility (id),
  person_id uuid not null references person (id),
  sort_key bytea not null,
  primary key (facility_id, person_id)
);
create index person_facility_by_name on person_facility (facility_id, sort_key, person_id);
create index person_facility_by_person on person_facility (person_id);

create table tenancy (
  id uuid primary key not null,
  person_id uuid not null references person (id),
  unit_id uuid not null references unit (id),
  moved_in_on date,
  moved_out_on date,
  import_id uuid references import (id),
  row_version bigint not null,
  created_at timestamptz not null,
  check (moved_out_on is null or moved_in_on is null or moved_out_on >= moved_in_on)
);
create index tenancy_by_person on tenancy (person_id);
create index tenancy_by_unit on tenancy (unit_id);
create index tenancy_by_import on tenancy (import_id);

create table login (
  id uuid primary key not null,
  person_id uuid not null references person (id),
  facility_id uuid references facility (id),
  username text not null,
  username_folded text collate "C" not null,
  password_hash text,
  password_is_initial boolean not null,
  password_set_at timestamptz,
  totp_sealed bytea,
  totp_confirmed_at timestamptz,
  failed_count bigint not null,
  locked_until timestamptz,
  blocked_at timestamptz,
  issued_at timestamptz,
  handed_over_at timestamptz,
  handed_over_by text,
  last_sign_in_at timestamptz,
  import_id uuid references import (id),
  row_version bigint not null,
  created_at timestamptz not null
);
create unique index login_by_facility on login (facility_id, username_folded);
create unique index login_by_username on login (username_folded) where facility_id is null;
create index login_by_person on login (person_id);
create index login_by_import on login (import_id);

create table membership (
  id uuid primary key not null,
  login_id uuid not null references login (id),
  role text not null,
  organisation_id uuid references organisation (id),
  facility_id uuid references facility (id),
  department_id uuid references department (id),
  created_at timestamptz not null
);
create index membership_by_login on membership (login_id);

create table sign_in (
  id uuid primary key not null,
  login_id uuid not null references login (id),
  token_digest bytea not null,
  device text not null,
  origin text not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);
create unique index sign_in_by_token on sign_in (token_digest);
create index sign_in_by_login on sign_in (login_id);

create table one_time_token (
  id uuid primary key not null,
  kind text not null,
  login_id uuid not null references login (id),
  digest bytea not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create unique index one_time_token_by_digest on one_time_token (digest);
create index one_time_token_by_login on one_time_token (login_id);

create table audit (
  seq bigint primary key not null,
  at timestamptz not null,
  actor_login_id uuid,
  actor_name text not null,
  action text not null,
  subject_kind text not null,
  subject_id uuid,
  organisation_id uuid,
  facility_id uuid,
  reason text,
  origin text not null,
  correlation uuid not null,
  detail_digest bytea not null,
  previous_hash bytea not null,
  hash bytea not null
);
create index audit_by_subject on audit (subject_id, seq);
create index audit_by_actor on audit (actor_login_id, seq);
create index audit_by_action on audit (action, seq);
create index audit_by_organisation on audit (organisation_id, seq);
create index audit_by_facility on audit (facility_id, seq);
create index audit_by_time on audit (at, seq);

-- Before and after stand apart from the chained row, so that erasing a person can remove
-- their data while the chain still proves that nothing else was touched.
create table audit_detail (
  seq bigint primary key not null references audit (seq),
  before text,
  after text
);

create table audit_head (
  id bigint primary key check (id = 1),
  seq bigint not null,
  hash bytea not null
);
insert into audit_head (id, seq, hash) values (1, 0, decode(repeat('00', 32), 'hex'));

create function refuse_audit_change() returns trigger language plpgsql as $$
begin raise exception 'audit rows are never changed or deleted'; end $$;
create trigger audit_is_append_only before update or delete on audit
for each row execute function refuse_audit_change();

create table idempotency (
  actor text not null,
  idempotency_key text not null,
  request_digest bytea not null,
  subject_id uuid,
  created_at timestamptz not null,
  primary key (actor, idempotency_key)
);

create table search_term (
  organisation_id uuid not null references organisation (id),
  term text collate "C" not null,
  kind text not null,
  subject_id uuid not null,
  primary key (organisation_id, term, kind, subject_id)
);
create index search_term_by_subject on search_term (subject_id, term);

create table import_row (
  import_id uuid not null references import (id),
  line bigint not null,
  outcome text not null,
  person_id uuid references person (id),
  before text,
  primary key (import_id, line)
);
create index import_row_by_person on import_row (person_id);

create table import_mapping (
  facility_id uuid not null references facility (id),
  header_digest bytea not null,
  mapping jsonb not null,
  primary key (facility_id, header_digest)
);

create table job (
  id uuid primary key not null,
  kind text not null,
  login_id uuid not null references login (id),
  organisation_id uuid references organisation (id),
  state text not null,
  done_count bigint not null,
  total_count bigint not null,
  code text,
  result jsonb,
  created_at timestamptz not null,
  finished_at timestamptz
);
create index job_by_login on job (login_id, created_at);

create table job_file (
  job_id uuid primary key not null references job (id),
  name text not null,
  media_type text not null,
  sealed bytea not null,
  expires_at timestamptz not null
);

create table notice (
  id uuid primary key not null,
  organisation_id uuid references organisation (id),
  person_id uuid references person (id),
  address text not null,
  language text not null,
  template text not null,
  subject text not null,
  body text not null,
  state text not null,
  attempt_count bigint not null,
  next_attempt_at timestamptz,
  fault text,
  created_at timestamptz not null,
  sent_at timestamptz
);
create index notice_by_state on notice (state, next_attempt_at);
create index notice_by_organisation on notice (organisation_id, created_at);
create index notice_by_person on notice (person_id);

create table view (
  id uuid primary key not null,
  login_id uuid not null references login (id),
  room text not null,
  name text not null,
  filters jsonb not null,
  created_at timestamptz not null
);
create unique index view_by_name on view (login_id, room, name);
