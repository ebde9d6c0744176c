-- Paying in advance: whether and by which rule residents of a facility put money in, and the receipts of what they have put in.

-- A payment is for a document, or it tops up what its payer has paid beforehand at its facility.
alter table payment alter column document_id drop not null;
alter table payment add column purpose text collate "C" not null default 'document'
  check (purpose in ('document', 'top_up') and (purpose = 'document') = (document_id is not null));
create index payment_top_up on payment (person_id, facility_id, created_at) where purpose = 'top_up';

-- A refund of a payment that was for no document names none.
alter table refund alter column document_id drop not null;

-- Amounts are whole kronor. While nobody has said anything, nobody pays in advance.
create table top_up_setting (
  facility_id uuid primary key not null references facility (id),
  organisation_id uuid not null references organisation (id),
  is_on boolean not null,
  least_minor bigint not null check (least_minor > 0),
  step_minor bigint not null check (step_minor > 0),
  most_minor bigint check (most_minor >= least_minor),
  most_a_day_minor bigint check (most_a_day_minor >= least_minor),
  row_version bigint not null
);

-- The numbers of the receipts, without gaps in each fiscal year.
create table top_up_series (
  organisation_id uuid not null references organisation (id),
  fiscal_year bigint not null,
  next_place bigint not null check (next_place > 0),
  last_on date,
  primary key (organisation_id, fiscal_year)
);

-- What a try to pay has put in, once. `balance_minor` is what its payer had there after it, and `printed` what stands on the
-- paper, as it was given.
create table top_up_receipt (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  facility_id uuid not null references facility (id),
  person_id uuid not null references person (id),
  payment_id uuid not null references payment (id),
  attempt_id uuid not null references payment_attempt (id),
  fiscal_year bigint not null,
  place bigint not null check (place > 0),
  issued_on date not null,
  currency text collate "C" not null,
  amount_minor bigint not null check (amount_minor > 0),
  balance_minor bigint not null check (balance_minor >= 0),
  printed text collate "C" not null,
  notice_id uuid,
  created_at timestamptz not null
);
create unique index top_up_receipt_number on top_up_receipt (organisation_id, fiscal_year, place);
create unique index top_up_receipt_once on top_up_receipt (attempt_id);
create index top_up_receipt_by_payment on top_up_receipt (payment_id);
create index top_up_receipt_by_person on top_up_receipt (person_id, created_at, id);
create index top_up_receipt_by_notice on top_up_receipt (notice_id) where notice_id is not null;

-- Only whose it is changes, when two records turn out to be one person.
create function refuse_top_up_receipt_change() returns trigger language plpgsql as $$
begin raise exception 'receipts are never changed or deleted'; end $$;
create function refuse_top_up_receipt_deletion() returns trigger language plpgsql as $$
begin
  if exists (select 1 from organisation where id = old.organisation_id and training) then return old; end if;
  raise exception 'receipts are never changed or deleted';
end $$;
create trigger top_up_receipt_is_append_only_on_update before update of id, organisation_id, facility_id, payment_id, attempt_id,
  fiscal_year, place, issued_on, currency, amount_minor, balance_minor, printed, notice_id, created_at on top_up_receipt
for each row execute function refuse_top_up_receipt_change();
create trigger top_up_receipt_is_append_only_on_delete before delete on top_up_receipt
for each row execute function refuse_top_up_receipt_deletion();
create trigger top_up_receipt_is_never_emptied before truncate on top_up_receipt
for each statement execute function refuse_top_up_receipt_change();
