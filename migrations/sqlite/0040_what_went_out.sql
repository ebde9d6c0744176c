-- Lines of bank statements that are money going out, or coming back from there. What names a payout of ours says what became of
-- it; the rest is listed. Nothing is posted for a line itself.
create table outgoing_line (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  bank_file_id blob not null references bank_file (id),
  bank_key text not null,
  way text not null,
  outcome text not null,
  currency text not null,
  amount_minor integer not null check (amount_minor > 0),
  booked_on text not null,
  account text not null,
  end_to_end_id text,
  message_id text,
  payee text,
  reason_code text not null,
  bank_reference text not null,
  payout_id blob references payout (id),
  payout_file_id blob references payout_file (id),
  line integer not null,
  lines text not null,
  created_at text not null
) strict;
create unique index outgoing_line_key on outgoing_line (organisation_id, bank_key);
create index outgoing_line_by_day on outgoing_line (organisation_id, booked_on, id);
create index outgoing_line_by_payout on outgoing_line (payout_id) where payout_id is not null;
create index outgoing_line_by_file on outgoing_line (bank_file_id);

-- The company whose money a payout is, where it is nobody's of the register and left of no payment.
alter table payout add column company_id blob references company (id);
create index payout_by_company on payout (company_id, created_at) where company_id is not null;
