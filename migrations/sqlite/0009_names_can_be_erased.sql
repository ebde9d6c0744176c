-- The name of whoever did something can be taken out of the log: the chain covers a salted digest of it, and the digest
-- proves nothing to anybody once the salt is gone. Earlier rows were chained with the name and keep it.
alter table audit add column actor_digest blob;
alter table audit add column actor_salt blob;

drop trigger audit_is_append_only_on_update;
create trigger audit_is_append_only_on_update before update on audit
when not (
  new.actor_name = '' and new.actor_salt is null and old.actor_digest is not null
  and new.seq = old.seq and new.at = old.at and new.actor_login_id is old.actor_login_id and new.action = old.action
  and new.subject_kind = old.subject_kind and new.subject_id is old.subject_id
  and new.organisation_id is old.organisation_id and new.facility_id is old.facility_id
  and new.reason is old.reason and new.origin = old.origin and new.correlation = old.correlation
  and new.detail_digest = old.detail_digest and new.previous_hash = old.previous_hash and new.hash = old.hash
  and new.actor_digest = old.actor_digest
)
begin select raise(abort, 'audit rows are never changed'); end;

alter table login add column handed_over_by_login_id blob;
create index login_by_hand_over on login (handed_over_by_login_id) where handed_over_by_login_id is not null;
