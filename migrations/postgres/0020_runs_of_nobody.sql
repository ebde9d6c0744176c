-- The month runs that training has lived through were planned by nobody.
alter table month_run alter column planned_by_login_id drop not null;
