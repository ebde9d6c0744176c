-- Who is employed in which department, under which number; a department administrator sees those alone.
alter table person add column department_id uuid references department (id);
alter table person add column staff_number text;
create index person_by_department on person (department_id, sort_key, id);
