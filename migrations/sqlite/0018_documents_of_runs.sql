-- A document names the month run that made it: a run that broke off knows by it what it has done.
alter table document add column run_id blob references month_run (id);
update document set run_id =
  (select notice.run_id from notice where notice.document_id = document.id and notice.run_id is not null limit 1);
create index document_by_run on document (run_id) where run_id is not null;
