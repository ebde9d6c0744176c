-- The name of whoever did something can be taken out of the log: the chain covers a salted digest of it, and the digest
-- proves nothing to anybody once the salt is gone. Earlier rows were chained with the name and keep it.
alter table audit add column actor_digest bytea;
alter table audit add column actor_salt bytea;

create or replace function refuse_audit_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.actor_name = '' and new.actor_salt is null and old.actor_digest is not null
    and to_jsonb(new) - 'actor_name' - 'actor_salt' = to_jsonb(old) - 'actor_name' - 'actor_salt' then
    return new;
  end if;
  raise exception 'audit rows are never changed or deleted';
end $$;

alter table login add column handed_over_by_login_id uuid;
create index login_by_hand_over on login (handed_over_by_login_id) where handed_over_by_login_id is not null;
