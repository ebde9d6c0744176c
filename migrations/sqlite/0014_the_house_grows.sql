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

-- Two records of which somebody has said that they are not one person: they are never offered as doubles again. The
-- smaller id comes first.
create table person_apart (
  one_id blob not null references person (id),
  other_id blob not null references person (id),
  organisation_id blob not null references organisation (id),
  said_by_login_id blob not null,
  said_at text not null,
  primary key (one_id, other_id)
) strict;
create index person_apart_by_other on person_apart (other_id);
create index person_apart_by_organisation on person_apart (organisation_id, said_at);

-- A saved filter can be there for everybody of an organisation.
alter table view add column organisation_id blob references organisation (id);
create unique index view_by_shared_name on view (organisation_id, room, name) where organisation_id is not null;
