-- Paying in advance: whether and by which rule residents of a facility put money in, and the receipts of what they have put in.

-- A payment is for a document, or it tops up what its payer has paid beforehand at its facility.
drop index payment_by_document;
alter table payment add column for_document_id blob references document (id);
update payment set for_document_id = document_id;
alter table payment drop column document_id;
alter table payment rename column for_document_id to document_id;
alter table payment add column purpose text not null default 'document'
  check (purpose in ('document', 'top_up') and (purpose = 'document') = (document_id is not null));
create index payment_by_document on payment (document_id, created_at);
create index payment_top_up on payment (person_id, facility_id, created_at) where purpose = 'top_up';

-- A refund of a payment that was for no document names none.
drop index refund_by_document;
alter table refund add column of_document_id blob references document (id);
update refund set of_document_id = document_id;
alter table refund drop column document_id;
alter table refund rename column of_document_id to document_id;
create index refund_by_document on refund (document_id);

-- Amounts are whole kronor. While nobody has said anything, nobody pays in advance.
create table top_up_setting (
  facility_id blob primary key not null references facility (id),
  organisation_id blob not null references organisation (id),
  is_on integer not null,
  least_minor integer not null check (least_minor > 0),
  step_minor integer not null check (step_minor > 0),
  most_minor integer check (most_minor >= least_minor),
  most_a_day_minor integer check (most_a_day_minor >= least_minor),
  row_version integer not null
) strict;

-- The numbers of the receipts, without gaps in each fiscal year.
create table top_up_series (
  organisation_id blob not null references organisation (id),
  fiscal_year integer not null,
  next_place integer not null check (next_place > 0),
  last_on text,
  primary key (organisation_id, fiscal_year)
) strict, without rowid;

-- What a try to pay has put in, once. `balance_minor` is what its payer had there after it, and `printed` what stands on the
-- paper, as it was given.
create table top_up_receipt (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  facility_id blob not null references facility (id),
  person_id blob not null references person (id),
  payment_id blob not null references payment (id),
  attempt_id blob not null references payment_attempt (id),
  fiscal_year integer not null,
  place integer not null check (place > 0),
  issued_on text not null,
  currency text not null,
  amount_minor integer not null check (amount_minor > 0),
  balance_minor integer not null check (balance_minor >= 0),
  printed text not null,
  notice_id blob,
  created_at text not null
) strict;
create unique index top_up_receipt_number on top_up_receipt (organisation_id, fiscal_year, place);
create unique index top_up_receipt_once on top_up_receipt (attempt_id);
create index top_up_receipt_by_payment on top_up_receipt (payment_id);
create index top_up_receipt_by_person on top_up_receipt (person_id, created_at, id);
create index top_up_receipt_by_notice on top_up_receipt (notice_id) where notice_id is not null;

-- Only whose it is changes, when two records turn out to be one person.
create trigger top_up_receipt_is_append_only_on_update before update of id, organisation_id, facility_id, payment_id, attempt_id,
  fiscal_year, place, issued_on, currency, amount_minor, balance_minor, printed, notice_id, created_at on top_up_receipt
begin select raise(abort, 'receipts are never changed'); end;
create trigger top_up_receipt_is_append_only_on_delete before delete on top_up_receipt
when not exists (select 1 from organisation where id = old.organisation_id and training)
begin select raise(abort, 'receipts are never deleted'); end;
