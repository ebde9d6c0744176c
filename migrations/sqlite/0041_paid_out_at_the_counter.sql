-- What goes out in cash at the counter is a payout whose `account` is the word `counter`: it was asked for and approved as
-- every other, and the entry of a till says that it was handed over.
alter table till_entry add column payout_id blob references payout (id);
create unique index till_entry_paid_out_once on till_entry (payout_id) where payout_id is not null;

drop trigger till_entry_is_append_only_on_update;
create trigger till_entry_is_append_only_on_update before update of id, organisation_id, till_id, place, kind, means, currency,
  amount_minor, rounding_minor, prepaid_minor, terminal_reference, takes_back_id, reason, fiscal_year, receipt_place, taken_on,
  printed, notice_id, created_at, payout_id on till_entry
begin select raise(abort, 'entries of a till are never changed'); end;
