-- Lines of bank statements that are money going out, or coming back from there. What names a payout of ours says what became of
-- it; the rest is listed. Nothing is posted for a line itself.
create table outgoing_line (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  bank_file_id uuid not null references bank_file (id),
  bank_key text collate "C" not null,
  way text collate "C" not null,
  outcome text collate "C" not null,
  currency text collate "C" not null,
  amount_minor bigint not null check (amount_minor > 0),
  booked_on date not null,
  account text collate "C" not null,
  end_to_end_id text collate "C",
  message_id text collate "C",
  payee text collate "C",
  reason_code text collate "C" not null,
  bank_reference text collate "C" not null,
  payout_id uuid references payout (id),
  payout_file_id uuid references payout_file (id),
  line bigint not null,
  lines text collate "C" not null,
  created_at timestamptz not null
);
create unique index outgoing_line_key on outgoing_line (organisation_id, bank_key);
create index outgoing_line_by_day on outgoing_line (organisation_id, booked_on, id);
create index outgoing_line_by_payout on outgoing_line (payout_id) where payout_id is not null;
create index outgoing_line_by_file on outgoing_line (bank_file_id);

-- The company whose money a payout is, where it is nobody's of the register and left of no payment.
alter table payout add column company_id uuid references company (id);
create index payout_by_company on payout (company_id, created_at) where company_id is not null;
