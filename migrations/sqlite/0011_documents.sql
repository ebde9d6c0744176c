-- Tariffs, the prices of the market, what is owed, and the documents that ask for it. Money is in hundredths of the
-- currency, prices by kilowatt-hour in millionths, energy in watt-hours.

-- How an organisation is paid and how its documents look.
create table billing (
  organisation_id blob primary key not null references organisation (id),
  account text,
  swish text,
  reference_rule text not null,
  due_days integer not null check (due_days >= 0),
  rounds integer not null,
  fiscal_year_begins_month integer not null check (fiscal_year_begins_month between 1 and 12),
  tax_status text,
  row_version integer not null
) strict;

-- The tariff of a facility; what changes gets a new row with the day from which it is valid.
create table tariff (
  id blob primary key not null,
  facility_id blob not null references facility (id),
  currency text not null,
  row_version integer not null,
  created_at text not null
) strict;
create unique index tariff_by_facility on tariff (facility_id);

create table tariff_component (
  tariff_id blob not null references tariff (id),
  kind text not null,
  valid_from text not null,
  valid_until text,
  rate text not null,
  vat text not null,
  source text not null,
  primary key (tariff_id, kind, valid_from)
) strict;

-- Day-ahead prices; an hourly price stands in four quarters.
create table market_price (
  area text not null,
  currency text not null,
  quarter integer not null,
  micro_per_kwh integer not null,
  source text not null,
  taken_at text not null,
  primary key (area, currency, quarter)
) strict, without rowid;

-- What a document adds up to is kept as it was issued and never counted again. `place` is its number within the year; a
-- draft has none. What was printed of sender, recipient, prices and payment is kept as JSON, so that it can be printed
-- again as it was.
create table document (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  facility_id blob not null references facility (id),
  person_id blob references person (id),
  unit_id blob references unit (id),
  kind text not null,
  state text not null,
  credits_id blob references document (id),
  fiscal_year integer,
  place integer,
  reference text,
  issued_on text,
  due_on text,
  period_from text,
  period_to text,
  language text not null,
  currency text not null,
  net_minor integer not null,
  vat_minor integer not null,
  rounding_minor integer not null,
  payable_minor integer not null,
  printed text not null,
  reason text,
  row_version integer not null,
  created_at text not null,
  check ((fiscal_year is null) = (place is null)),
  check ((place is null) = (issued_on is null))
) strict;
create unique index document_by_number on document (organisation_id, kind, fiscal_year, place);
create index document_by_facility on document (facility_id, created_at, id);
create index document_by_person on document (person_id, created_at);
create index document_by_credits on document (credits_id);
create trigger document_keeps_its_number_on_delete before delete on document when old.place is not null
begin select raise(abort, 'numbered documents are never deleted'); end;

create table document_rate (
  document_id blob not null references document (id),
  vat text not null,
  net_minor integer not null,
  vat_minor integer not null,
  primary key (document_id, vat)
) strict;

-- Where a series stands: the row is held while a number is given, so that numbers and documents are one.
create table number_series (
  organisation_id blob not null references organisation (id),
  kind text not null,
  fiscal_year integer not null,
  next_place integer not null check (next_place > 0),
  last_on text,
  primary key (organisation_id, kind, fiscal_year)
) strict;

-- What somebody owes: the energy of a session in one month, or the fee of one; what proves it is the session itself.
create table charge (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  facility_id blob not null references facility (id),
  person_id blob references person (id),
  unit_id blob references unit (id),
  source text not null,
  source_id blob not null,
  month text not null,
  text text not null,
  currency text not null,
  energy_wh integer not null,
  net_minor integer not null,
  document_id blob references document (id),
  created_at text not null
) strict;
create unique index charge_once on charge (source, source_id, month);
create index charge_by_document on charge (document_id);
create index charge_open on charge (organisation_id, person_id) where document_id is null;

create table charge_line (
  charge_id blob not null references charge (id),
  place integer not null,
  kind text not null,
  rate text not null,
  valid_from text not null,
  vat text not null,
  source text not null,
  energy_wh integer not null,
  amount_minor integer not null,
  primary key (charge_id, place)
) strict;

create table document_line (
  document_id blob not null references document (id),
  place integer not null,
  text text not null,
  detail text,
  energy_wh integer,
  vat text not null,
  amount_minor integer not null,
  charge_id blob references charge (id),
  primary key (document_id, place)
) strict;
create index document_line_by_charge on document_line (charge_id);
