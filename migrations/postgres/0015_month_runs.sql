-- Month runs, differences that follow a charge, and documents that go out by mail.

-- A difference names the charge that it follows, so that each charge is followed once; a fee is owed at each facility.
alter table charge add column session_id uuid references session (id);
drop index charge_once;
create unique index charge_once on charge (source, source_id, facility_id, month);
create index charge_by_session on charge (session_id) where session_id is not null;

create index document_by_organisation on document (organisation_id, created_at, id);

-- A training organisation is removed with all that it made up.
create or replace function refuse_document_deletion() returns trigger language plpgsql as $$
begin
  if exists (select 1 from organisation where id = old.organisation_id and training) then return old; end if;
  raise exception 'numbered documents are never deleted';
end $$;

-- What somebody looked at before it was charged: the documents of a month with their sums, and what waits, as JSON.
create table month_run (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  facility_id uuid references facility (id),
  month text collate "C" not null,
  plan text not null,
  planned_by_login_id uuid not null references login (id),
  created_at timestamptz not null,
  committed_at timestamptz
);
create index month_run_by_organisation on month_run (organisation_id, created_at, id);

-- The document that a message brings, and the run that wrote it with many others.
alter table notice add column document_id uuid references document (id);
alter table notice add column run_id uuid references month_run (id);
create index notice_by_document on notice (document_id) where document_id is not null;
create index notice_by_run on notice (run_id, state) where run_id is not null;
