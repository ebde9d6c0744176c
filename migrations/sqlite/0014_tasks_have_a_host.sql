-- Several hosts may work on one server: a task says which of them is at it, and when it last gave a sign of life. Whoever
-- asks it to stop may sit at another host.
alter table job add column host_id blob;
alter table job add column alive_at text;
alter table job add column cancel_asked_at text;
create index job_running on job (host_id) where state = 'running';

-- What the task is about, so that whoever looks at that finds it.
alter table job add column subject_kind text;
alter table job add column subject_id blob;
create index job_by_subject on job (subject_id, created_at) where subject_id is not null;
