-- Tariffs, the prices of the market, what is owed, and the documents that ask for it. Money is in hundredths of the
-- currency, prices by kilowatt-hour in millionths, energy in watt-hours.

-- How an organisation is paid and how its documents look.
create table billing (
  organisation_id uuid primary key not null references organisation (id),
  account text,
  swish text,
  reference_rule text not null,
  due_days bigint not null check (due_days >= 0),
  rounds boolean not null,
  fiscal_year_begins_month bigint not null check (fiscal_year_begins_month between 1 and 12),
  tax_status text,
  row_version bigint not null
);

-- The tariff of a facility; what changes gets a new row with the day from which it is valid.
create table tariff (
  id uuid primary key not null,
  facility_id uuid not null references facility (id),
  currency text collate "C" not null,
  row_version bigint not null,
  created_at timestamptz not null
);
create unique index tariff_by_facility on tariff (facility_id);

create table tariff_component (
  tariff_id uuid not null references tariff (id),
  kind text collate "C" not null,
  valid_from date not null,
  valid_until date,
  rate text not null,
  vat text collate "C" not null,
  source text collate "C" not null,
  primary key (tariff_id, kind, valid_from)
);

-- Day-ahead prices; an hourly price stands in four quarters.
create table market_price (
  area text collate "C" not null,
  currency text collate "C" not null,
  quarter bigint not null,
  micro_per_kwh bigint not null,
  source text collate "C" not null,
  taken_at timestamptz not null,
  primary key (area, currency, quarter)
);

-- What a document adds up to is kept as it was issued and never counted again. `place` is its number within the year; a
-- draft has none. What was printed of sender, recipient, prices and payment is kept as JSON, so that it can be printed
-- again as it was.
create table document (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  facility_id uuid not null references facility (id),
  person_id uuid references person (id),
  unit_id uuid references unit (id),
  kind text collate "C" not null,
  state text not null,
  credits_id uuid references document (id),
  fiscal_year bigint,
  place bigint,
  reference text,
  issued_on date,
  due_on date,
  period_from date,
  period_to date,
  language text not null,
  currency text collate "C" not null,
  net_minor bigint not null,
  vat_minor bigint not null,
  rounding_minor bigint not null,
  payable_minor bigint not null,
  printed text not null,
  reason text,
  row_version bigint not null,
  created_at timestamptz not null,
  check ((fiscal_year is null) = (place is null)),
  check ((place is null) = (issued_on is null))
);
create unique index document_by_number on document (organisation_id, kind, fiscal_year, place);
create index document_by_facility on document (facility_id, created_at, id);
create index document_by_person on document (person_id, created_at);
create index document_by_credits on document (credits_id);
create function refuse_document_deletion() returns trigger language plpgsql as $$
begin raise exception 'numbered documents are never deleted'; end $$;
create trigger document_keeps_its_number before delete on document
for each row when (old.place is not null) execute function refuse_document_deletion();

create table document_rate (
  document_id uuid not null references document (id),
  vat text collate "C" not null,
  net_minor bigint not null,
  vat_minor bigint not null,
  primary key (document_id, vat)
);

-- Where a series stands: the row is held while a number is given, so that numbers and documents are one.
create table number_series (
  organisation_id uuid not null references organisation (id),
  kind text collate "C" not null,
  fiscal_year bigint not null,
  next_place bigint not null check (next_place > 0),
  last_on date,
  primary key (organisation_id, kind, fiscal_year)
);

-- What somebody owes: the energy of a session in one month, or the fee of one; what proves it is the session itself.
create table charge (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  facility_id uuid not null references facility (id),
  person_id uuid references person (id),
  unit_id uuid references unit (id),
  source text collate "C" not null,
  source_id uuid not null,
  month text collate "C" not null,
  text text not null,
  currency text collate "C" not null,
  energy_wh bigint not null,
  net_minor bigint not null,
  document_id uuid references document (id),
  created_at timestamptz not null
);
create unique index charge_once on charge (source, source_id, month);
create index charge_by_document on charge (document_id);
create index charge_open on charge (organisation_id, person_id) where document_id is null;

create table charge_line (
  charge_id uuid not null references charge (id),
  place bigint not null,
  kind text collate "C" not null,
  rate text not null,
  valid_from date not null,
  vat text collate "C" not null,
  source text collate "C" not null,
  energy_wh bigint not null,
  amount_minor bigint not null,
  primary key (charge_id, place)
);

create table document_line (
  document_id uuid not null references document (id),
  place bigint not null,
  text text not null,
  detail text,
  energy_wh bigint,
  vat text collate "C" not null,
  amount_minor bigint not null,
  charge_id uuid references charge (id),
  primary key (document_id, place)
);
create index document_line_by_charge on document_line (charge_id);
