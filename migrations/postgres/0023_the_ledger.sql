-- The ledger: accounts, and transfers between them that are only ever added to. Amounts are in the smallest part of the
-- asset: öre, øre, watt-hours, days. No names: whose an account is, is said by reference alone.

-- The id of an account follows from what it is. The counters follow from the transfers, and are kept with them in one
-- transaction; `balance_limit` says what they may never say, holds counted.
create table ledger_account (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  facility_id uuid references facility (id),
  kind text collate "C" not null,
  asset text collate "C" not null,
  person_id uuid references person (id),
  unit_id uuid references unit (id),
  component text collate "C",
  vat text collate "C",
  balance_limit text not null,
  debits_pending bigint not null check (debits_pending >= 0),
  debits_posted bigint not null check (debits_posted >= 0),
  credits_pending bigint not null check (credits_pending >= 0),
  credits_posted bigint not null check (credits_posted >= 0),
  created_at timestamptz not null,
  check (balance_limit <> 'debits_within_credits' or debits_pending + debits_posted <= credits_posted),
  check (balance_limit <> 'credits_within_debits' or credits_pending + credits_posted <= debits_posted)
);
create unique index ledger_account_once on ledger_account (
  organisation_id, kind, asset, coalesce(facility_id, organisation_id), coalesce(person_id, organisation_id),
  coalesce(unit_id, organisation_id), coalesce(component, ''), coalesce(vat, '')
);
create index ledger_account_by_facility on ledger_account (facility_id, kind);
create index ledger_account_by_person on ledger_account (person_id) where person_id is not null;

-- `resolves_id` is the transfer that was pending, and `held` what it held: each is resolved once. `made_by_login_id` stays
-- when the login is gone, as in the audit log.
create table ledger_transfer (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  debit_id uuid not null references ledger_account (id),
  credit_id uuid not null references ledger_account (id),
  amount bigint not null check (amount > 0),
  step text not null,
  resolves_id uuid references ledger_transfer (id),
  held bigint check (held >= amount),
  code text not null,
  document_id uuid references document (id),
  payment_id uuid,
  value_on date not null,
  expires_at timestamptz,
  idempotency_key text collate "C" not null,
  made_by_login_id uuid,
  created_at timestamptz not null,
  check ((resolves_id is null) = (held is null))
);
create unique index ledger_transfer_by_key on ledger_transfer (organisation_id, idempotency_key);
create unique index ledger_transfer_resolved_once on ledger_transfer (resolves_id) where resolves_id is not null;
create index ledger_transfer_by_debit on ledger_transfer (debit_id, value_on, id);
create index ledger_transfer_by_credit on ledger_transfer (credit_id, value_on, id);
create index ledger_transfer_by_document on ledger_transfer (document_id) where document_id is not null;
create index ledger_transfer_by_expiry on ledger_transfer (expires_at) where expires_at is not null;

create function refuse_transfer_change() returns trigger language plpgsql as $$
begin raise exception 'transfers are never changed or deleted'; end $$;
-- A training organisation is removed with all that it made up.
create function refuse_transfer_deletion() returns trigger language plpgsql as $$
begin
  if exists (select 1 from organisation where id = old.organisation_id and training) then return old; end if;
  raise exception 'transfers are never changed or deleted';
end $$;
create trigger ledger_transfer_is_append_only_on_update before update on ledger_transfer
for each row execute function refuse_transfer_change();
create trigger ledger_transfer_is_append_only_on_delete before delete on ledger_transfer
for each row execute function refuse_transfer_deletion();
create trigger ledger_transfer_is_never_emptied before truncate on ledger_transfer
for each statement execute function refuse_transfer_change();
