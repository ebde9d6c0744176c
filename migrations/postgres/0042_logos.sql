-- What an organisation's papers carry: versions that are never changed, so that a paper shown again in a year looks the
-- same. The last one holds; one without content says that there is none any more.
create table organisation_logo (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  place bigint not null check (place > 0),
  kind text collate "C",
  width bigint check (width > 0),
  height bigint check (height > 0),
  content bytea,
  digest bytea,
  set_by_login_id uuid,
  created_at timestamptz not null,
  check ((content is null) = (kind is null) and (content is null) = (width is null)
    and (content is null) = (height is null) and (content is null) = (digest is null))
);
create unique index organisation_logo_place on organisation_logo (organisation_id, place);

create function refuse_logo_change() returns trigger language plpgsql as $$
begin raise exception 'logos are never changed or deleted'; end $$;
-- A training organisation is removed with all that it made up.
create function refuse_logo_deletion() returns trigger language plpgsql as $$
begin
  if exists (select 1 from organisation where id = old.organisation_id and training) then return old; end if;
  raise exception 'logos are never changed or deleted';
end $$;
create trigger organisation_logo_is_append_only_on_update before update on organisation_logo
for each row execute function refuse_logo_change();
create trigger organisation_logo_is_append_only_on_delete before delete on organisation_logo
for each row execute function refuse_logo_deletion();
