-- What an organisation's papers carry: versions that are never changed, so that a paper shown again in a year looks the
-- same. The last one holds; one without content says that there is none any more.
create table organisation_logo (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  place integer not null check (place > 0),
  kind text,
  width integer check (width > 0),
  height integer check (height > 0),
  content blob,
  digest blob,
  set_by_login_id blob,
  created_at text not null,
  check ((content is null) = (kind is null) and (content is null) = (width is null)
    and (content is null) = (height is null) and (content is null) = (digest is null))
) strict;
create unique index organisation_logo_place on organisation_logo (organisation_id, place);

create trigger organisation_logo_is_append_only_on_update before update on organisation_logo
begin select raise(abort, 'logos are never changed'); end;
-- A training organisation is removed with all that it made up.
create trigger organisation_logo_is_append_only_on_delete before delete on organisation_logo
when not exists (select 1 from organisation where id = old.organisation_id and training)
begin select raise(abort, 'logos are never deleted'); end;
