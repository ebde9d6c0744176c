-- Whether anything was charged for a session. A charge is never taken away, so neither is this.
alter table session add column is_charged boolean not null default false;
update session set is_charged = true where exists (select 1 from charge where charge.session_id = session.id);
create index session_unsettled_by_facility on session (facility_id, started_at, id)
  where not is_charged and state not in ('void', 'billed_elsewhere');
