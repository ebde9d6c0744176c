-- The file of an import stands beside it, in parts: a long one was in memory several times over.
create table import_file (
  import_id uuid not null references import (id),
  part bigint not null,
  content bytea not null,
  primary key (import_id, part)
);
-- It is sealed, and what is sealed cannot be packed.
alter table import_file alter column content set storage external;
insert into import_file (import_id, part, content) select id, 0, content from import where length(content) > 0;
alter table import drop column content;

-- Most people have no personal number and no department: what nobody looks for need not be sorted.
drop index person_by_personal_number;
create unique index person_by_personal_number on person (organisation_id, personal_number_digest)
  where personal_number_digest is not null;
drop index person_by_department;
create index person_by_department on person (department_id, sort_key, id) where department_id is not null;
