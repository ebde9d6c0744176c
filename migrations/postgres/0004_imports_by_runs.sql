-- An import is taken back exactly: the version that it left of each person, whether it brought their personal number,
-- and the people whom it brought to the facility.
alter table import_row add column version_after bigint;
update import_row set version_after =
  case outcome when 'created' then 1 else (before::jsonb ->> 'versionAfter')::bigint end
  where outcome = 'created' or before is not null;
alter table import_row add column number_added boolean not null default false;
alter table person_facility add column import_id uuid references import (id);
update person_facility set import_id = (select person.import_id from person
  join import on import.id = person.import_id and import.facility_id = person_facility.facility_id
  where person.id = person_facility.person_id);
create index person_facility_by_import on person_facility (import_id);

-- Who takes an import in, and their last sign of life: whoever was killed can be followed.
alter table import add column taken_by uuid;
alter table import add column alive_at timestamptz;

-- When the file itself was destroyed.
alter table import add column source_gone_at timestamptz;

-- Without it, every person who is deleted is looked for among all people.
create index person_by_merge on person (merged_into_id) where merged_into_id is not null;
