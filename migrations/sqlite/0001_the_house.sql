-- People, places, access, audit and the machinery that every later room stands on.
-- Types: uuid = blob, instant = text (RFC 3339, UTC), date = text, boolean = integer, json = text.

create table vault (
  id integer primary key check (id = 1),
  wrapped_by_key blob not null,
  wrapped_by_recovery blob not null,
  created_at text not null
) strict;

create table setting (
  name text primary key not null,
  value text not null,
  row_version integer not null
) strict;

create table organisation (
  id blob primary key not null,
  name text not null,
  country text not null,
  organisation_number text not null,
  vat_number text,
  street text not null,
  postal_code text not null,
  city text not null,
  training integer not null,
  row_version integer not null,
  created_at text not null
) strict;
create unique index organisation_by_number on organisation (country, organisation_number, training);

create table department (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  name text not null,
  reference_number text,
  cost_centre text,
  row_version integer not null,
  created_at text not null
) strict;
create unique index department_by_name on department (organisation_id, name);

create table facility (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  code text not null,
  code_folded text not null,
  name text not null,
  country text not null,
  time_zone text not null,
  price_area text,
  colour text not null,
  contact_phone text,
  contact_email text,
  contact_visiting_address text,
  contact_hours text,
  row_version integer not null,
  created_at text not null
) strict;
create unique index facility_by_code on facility (code_folded);
create index facility_by_organisation on facility (organisation_id);

create table import (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  facility_id blob not null references facility (id),
  file_name text not null,
  content_digest blob not null,
  content blob not null,
  state text not null,
  plan text not null,
  counts text not null,
  created_by blob not null,
  created_at text not null,
  committed_at text,
  undone_at text,
  row_version integer not null
) strict;
create index import_by_facility on import (facility_id, created_at);

create table unit (
  id blob primary key not null,
  facility_id blob not null references facility (id),
  code text not null,
  code_folded text not null,
  kind text not null,
  section text,
  walking_key blob not null,
  import_id blob references import (id),
  row_version integer not null,
  created_at text not null
) strict;
create unique index unit_by_code on unit (facility_id, code_folded);
create index unit_by_walk on unit (facility_id, walking_key, id);
create index unit_by_import on unit (import_id);

create table person (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  given_name text not null,
  family_name text not null,
  sort_key blob not null,
  email text,
  phone text,
  language text not null,
  street text,
  postal_code text,
  city text,
  personal_number_country text,
  personal_number_masked text,
  personal_number_sealed blob,
  personal_number_digest blob,
  protected_identity integer not null,
  note text,
  merged_into_id blob references person (id),
  erased_at text,
  import_id blob references import (id),
  row_version integer not null,
  created_at text not null
) strict;
create index person_by_name on person (organisation_id, sort_key, id);
create unique index person_by_personal_number on person (organisation_id, personal_number_digest);
create index person_by_email on person (organisation_id, email);
create index person_by_phone on person (organisation_id, phone);
create index person_by_import on person (import_id);

create table person_facility (
  facility_id blob not null references facility (id),
  person_id blob not null references person (id),
  sort_key blob not null,
  primary key (facility_id, person_id)
) strict;
create index person_facility_by_name on person_facility (facility_id, sort_key, person_id);
create index person_facility_by_person on person_facility (person_id);

create table tenancy (
  id blob primary key not null,
  person_id blob not null references person (id),
  unit_id blob not null references unit (id),
  moved_in_on text,
  moved_out_on text,
  import_id blob references import (id),
  row_version integer not null,
  created_at text not null,
  check (moved_out_on is null or moved_in_on is null or moved_out_on >= moved_in_on)
) strict;
create index tenancy_by_person on tenancy (person_id);
create index tenancy_by_unit on tenancy (unit_id);
create index tenancy_by_import on tenancy (import_id);

create table login (
  id blob primary key not null,
  person_id blob not null references person (id),
  facility_id blob references facility (id),
  username text not null,
  username_folded text not null,
  password_hash text,
  password_is_initial integer not null,
  password_set_at text,
  totp_sealed blob,
  totp_confirmed_at text,
  failed_count integer not null,
  locked_until text,
  blocked_at text,
  issued_at text,
  handed_over_at text,
  handed_over_by text,
  last_sign_in_at text,
  import_id blob references import (id),
  row_version integer not null,
  created_at text not null
) strict;
create unique index login_by_facility on login (facility_id, username_folded);
create unique index login_by_username on login (username_folded) where facility_id is null;
create index login_by_person on login (person_id);
create index login_by_import on login (import_id);

create table membership (
  id blob primary key not null,
  login_id blob not null references login (id),
  role text not null,
  organisation_id blob references organisation (id),
  facility_id blob references facility (id),
  department_id blob references department (id),
  created_at text not null
) strict;
create index membership_by_login on membership (login_id);

create table sign_in (
  id blob primary key not null,
  login_id blob not null references login (id),
  token_digest blob not null,
  device text not null,
  origin text not null,
  created_at text not null,
  last_seen_at text not null,
  expires_at text not null,
  ended_at text
) strict;
create unique index sign_in_by_token on sign_in (token_digest);
create index sign_in_by_login on sign_in (login_id);

create table one_time_token (
  id blob primary key not null,
  kind text not null,
  login_id blob not null references login (id),
  digest blob not null,
  created_at text not null,
  expires_at text not null,
  used_at text
) strict;
create unique index one_time_token_by_digest on one_time_token (digest);
create index one_time_token_by_login on one_time_token (login_id);

create table audit (
  seq integer primary key not null,
  at text not null,
  actor_login_id blob,
  actor_name text not null,
  action text not null,
  subject_kind text not null,
  subject_id blob,
  organisation_id blob,
  facility_id blob,
  reason text,
  origin text not null,
  correlation blob not null,
  detail_digest blob not null,
  previous_hash blob not null,
  hash blob not null
) strict;
create index audit_by_subject on audit (subject_id, seq);
create index audit_by_actor on audit (actor_login_id, seq);
create index audit_by_action on audit (action, seq);
create index audit_by_organisation on audit (organisation_id, seq);
create index audit_by_facility on audit (facility_id, seq);
create index audit_by_time on audit (at, seq);

-- Before and after stand apart from the chained row, so that erasing a person can remove
-- their data while the chain still proves that nothing else was touched.
create table audit_detail (
  seq integer primary key not null references audit (seq),
  before text,
  after text
) strict;

create table audit_head (
  id integer primary key check (id = 1),
  seq integer not null,
  hash blob not null
) strict;
insert into audit_head (id, seq, hash) values (1, 0, zeroblob(32));

create trigger audit_is_append_only_on_update before update on audit
begin select raise(abort, 'audit rows are never changed'); end;
create trigger audit_is_append_only_on_delete before delete on audit
begin select raise(abort, 'audit rows are never deleted'); end;

create table idempotency (
  actor text not null,
  idempotency_key text not null,
  request_digest blob not null,
  subject_id blob,
  created_at text not null,
  primary key (actor, idempotency_key)
) strict;

create table search_term (
  organisation_id blob not null references organisation (id),
  term text not null,
  kind text not null,
  subject_id blob not null,
  primary key (organisation_id, term, kind, subject_id)
) strict;
create index search_term_by_subject on search_term (subject_id, term);

create table import_row (
  import_id blob not null references import (id),
  line integer not null,
  outcome text not null,
  person_id blob references person (id),
  before text,
  primary key (import_id, line)
) strict;
create index import_row_by_person on import_row (person_id);

create table import_mapping (
  facility_id blob not null references facility (id),
  header_digest blob not null,
  mapping text not null,
  primary key (facility_id, header_digest)
) strict;

create table job (
  id blob primary key not null,
  kind text not null,
  login_id blob not null references login (id),
  organisation_id blob references organisation (id),
  state text not null,
  done_count integer not null,
  total_count integer not null,
  code text,
  result text,
  created_at text not null,
  finished_at text
) strict;
create index job_by_login on job (login_id, created_at);

create table job_file (
  job_id blob primary key not null references job (id),
  name text not null,
  media_type text not null,
  sealed blob not null,
  expires_at text not null
) strict;

create table notice (
  id blob primary key not null,
  organisation_id blob references organisation (id),
  person_id blob references person (id),
  address text not null,
  language text not null,
  template text not null,
  subject text not null,
  body text not null,
  state text not null,
  attempt_count integer not null,
  next_attempt_at text,
  fault text,
  created_at text not null,
  sent_at text
) strict;
create index notice_by_state on notice (state, next_attempt_at);
create index notice_by_organisation on notice (organisation_id, created_at);
create index notice_by_person on notice (person_id);

create table view (
  id blob primary key not null,
  login_id blob not null references login (id),
  room text not null,
  name text not null,
  filters text not null,
  created_at text not null
) strict;
create unique index view_by_name on view (login_id, room, name);
