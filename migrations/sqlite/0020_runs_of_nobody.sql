-- The month runs that training has lived through were planned by nobody.
alter table month_run rename column planned_by_login_id to planned_by_once;
alter table month_run add column planned_by_login_id blob references login (id);
update month_run set planned_by_login_id = planned_by_once;
alter table month_run drop column planned_by_once;
