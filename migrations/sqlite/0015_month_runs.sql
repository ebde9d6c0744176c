-- Month runs, differences that follow a charge, and documents that go out by mail.

-- A difference names the charge that it follows, so that each charge is followed once; a fee is owed at each facility.
alter table charge add column session_id blob references session (id);
drop index charge_once;
create unique index charge_once on charge (source, source_id, facility_id, month);
create index charge_by_session on charge (session_id) where session_id is not null;

create index document_by_organisation on document (organisation_id, created_at, id);

-- A training organisation is removed with all that it made up.
drop trigger document_keeps_its_number_on_delete;
create trigger document_keeps_its_number_on_delete before delete on document
when old.place is not null and not exists (select 1 from organisation where id = old.organisation_id and training)
begin select raise(abort, 'numbered documents are never deleted'); end;

-- What somebody looked at before it was charged: the documents of a month with their sums, and what waits, as JSON.
create table month_run (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  facility_id blob references facility (id),
  month text not null,
  plan text not null,
  planned_by_login_id blob not null references login (id),
  created_at text not null,
  committed_at text
) strict;
create index month_run_by_organisation on month_run (organisation_id, created_at, id);

-- The document that a message brings, and the run that wrote it with many others.
alter table notice add column document_id blob references document (id);
alter table notice add column run_id blob references month_run (id);
create index notice_by_document on notice (document_id) where document_id is not null;
create index notice_by_run on notice (run_id, state) where run_id is not null;
