-- Which account of an accountant's chart stands for accounts of ours; what has no row is the standard of the country.
-- `component` and `vat` are empty where they make no difference.
create table chart_account (
  organisation_id blob not null references organisation (id),
  kind text not null,
  component text not null,
  vat text not null,
  number text not null,
  name text not null,
  row_version integer not null,
  primary key (organisation_id, kind, component, vat)
) strict, without rowid;

-- Where the numbers of vouchers stand: the row is held while numbers are given.
create table voucher_series (
  organisation_id blob not null references organisation (id),
  asset text not null,
  fiscal_year integer not null,
  next_number integer not null check (next_number > 0),
  primary key (organisation_id, asset, fiscal_year)
) strict, without rowid;

-- What was moved together, for one reason on one day, is one voucher, called by the first of its transfers. It gets its
-- number when its month is asked for the first time, and keeps it.
create table voucher (
  organisation_id blob not null references organisation (id),
  asset text not null,
  fiscal_year integer not null,
  number integer not null,
  transfer_id blob not null references ledger_transfer (id),
  value_on text not null,
  created_at text not null,
  primary key (organisation_id, asset, fiscal_year, number)
) strict, without rowid;
create unique index voucher_once on voucher (transfer_id);
create index voucher_by_day on voucher (organisation_id, asset, value_on);
