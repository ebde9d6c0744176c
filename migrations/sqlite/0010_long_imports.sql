-- The file of an import stands beside it, in parts. Where it stood in the row, each sign of life of an import read and
-- wrote all of it again, and a long file was in memory several times over.
create table import_file (
  import_id blob not null references import (id),
  part integer not null,
  content blob not null,
  primary key (import_id, part)
) strict;
insert into import_file (import_id, part, content) select id, 0, content from import where length(content) > 0;
alter table import drop column content;

-- The key of a search term is everything there is to say of it: one tree less for each word of everybody.
create table search_term_by_key (
  organisation_id blob not null references organisation (id),
  term text not null,
  kind text not null,
  subject_id blob not null,
  primary key (organisation_id, term, kind, subject_id)
) strict, without rowid;
insert into search_term_by_key (organisation_id, term, kind, subject_id)
  select organisation_id, term, kind, subject_id from search_term order by organisation_id, term, kind, subject_id;
drop table search_term;
alter table search_term_by_key rename to search_term;
create index search_term_by_subject on search_term (subject_id, term);

-- Most people have no personal number and no department: what nobody looks for need not be sorted.
drop index person_by_personal_number;
create unique index person_by_personal_number on person (organisation_id, personal_number_digest)
  where personal_number_digest is not null;
drop index person_by_department;
create index person_by_department on person (department_id, sort_key, id) where department_id is not null;
