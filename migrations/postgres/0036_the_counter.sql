-- The counter: tills that clerks open and close, and what was taken in them. What an entry has moved is said by the ledger.

-- Whether payments are taken at the counter of an organisation.
create table till_setting (
  organisation_id uuid primary key not null references organisation (id),
  active boolean not null,
  row_version bigint not null
);

-- The numbers of receipts and of the reports of closed tills, without gaps in each fiscal year.
create table till_series (
  organisation_id uuid not null references organisation (id),
  kind text collate "C" not null,
  fiscal_year bigint not null,
  next_place bigint not null check (next_place > 0),
  last_on date,
  primary key (organisation_id, kind, fiscal_year)
);

-- One till of a clerk is open at a time. A closed one has a number, what was counted, and what is printed on its report.
create table till (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  clerk_person_id uuid not null,
  currency text collate "C" not null,
  opening_minor bigint not null check (opening_minor >= 0),
  opened_at timestamptz not null,
  closed_at timestamptz,
  closed_by_person_id uuid,
  closed_on date,
  fiscal_year bigint,
  place bigint check (place > 0),
  counted_minor bigint check (counted_minor >= 0),
  difference_minor bigint,
  reason text collate "C",
  printed text collate "C",
  row_version bigint not null,
  check ((closed_at is null) = (counted_minor is null)),
  check ((closed_at is null) = (difference_minor is null)),
  check ((closed_at is null) = (closed_by_person_id is null)),
  check ((closed_at is null) = (place is null)),
  check ((closed_at is null) = (printed is null))
);
create unique index till_open_once on till (organisation_id, clerk_person_id) where closed_at is null;
create unique index till_number on till (organisation_id, fiscal_year, place) where place is not null;
create index till_by_day on till (organisation_id, opened_at, id);

-- `rounding_minor` is what rounding to coins has added, and `prepaid_minor` what is kept for whoever paid. What is taken back
-- is taken back once, by an entry of its own. `printed` is what stands on the receipt, as it was given.
create table till_entry (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  till_id uuid not null references till (id),
  place bigint not null check (place > 0),
  kind text collate "C" not null,
  means text collate "C" not null,
  person_id uuid not null references person (id),
  currency text collate "C" not null,
  amount_minor bigint not null check (amount_minor > 0),
  rounding_minor bigint not null,
  prepaid_minor bigint not null check (prepaid_minor >= 0 and prepaid_minor <= amount_minor),
  terminal_reference text collate "C",
  takes_back_id uuid references till_entry (id),
  reason text collate "C",
  fiscal_year bigint not null,
  receipt_place bigint not null check (receipt_place > 0),
  taken_on date not null,
  printed text collate "C" not null,
  notice_id uuid,
  created_at timestamptz not null
);
create unique index till_entry_place on till_entry (till_id, place);
create unique index till_entry_number on till_entry (organisation_id, fiscal_year, receipt_place);
create unique index till_entry_taken_back_once on till_entry (takes_back_id) where takes_back_id is not null;
create index till_entry_by_person on till_entry (person_id, created_at);
create index till_entry_by_notice on till_entry (notice_id) where notice_id is not null;

-- Lines of the bank that are money of the counter: cash that was brought there, or what the bank of the terminal pays out, less
-- its fee.
create table till_payout (
  incoming_payment_id uuid primary key not null references incoming_payment (id),
  organisation_id uuid not null references organisation (id),
  means text collate "C" not null,
  fee_minor bigint not null check (fee_minor >= 0)
);

-- Only whose it is changes, when two records turn out to be one person.
create function refuse_till_entry_change() returns trigger language plpgsql as $$
begin raise exception 'entries of a till are never changed or deleted'; end $$;
create function refuse_till_entry_deletion() returns trigger language plpgsql as $$
begin
  if exists (select 1 from organisation where id = old.organisation_id and training) then return old; end if;
  raise exception 'entries of a till are never changed or deleted';
end $$;
create trigger till_entry_is_append_only_on_update before update of id, organisation_id, till_id, place, kind, means, currency,
  amount_minor, rounding_minor, prepaid_minor, terminal_reference, takes_back_id, reason, fiscal_year, receipt_place, taken_on,
  printed, notice_id, created_at on till_entry
for each row execute function refuse_till_entry_change();
create trigger till_entry_is_append_only_on_delete before delete on till_entry
for each row execute function refuse_till_entry_deletion();
create trigger till_entry_is_never_emptied before truncate on till_entry
for each statement execute function refuse_till_entry_change();
