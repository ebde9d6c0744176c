-- Asking for the prices of an area: when next, and what came of it last. `attempt_count` counts attempts since all that can
-- be had was there.
create table price_fetch (
  area text primary key not null,
  source text not null,
  next_at text not null,
  attempt_count integer not null,
  asked_at text not null,
  fetched_at text,
  fault text,
  fault_words text,
  fault_at text
) strict, without rowid;

-- What a source answered for a day: what it called the answer, so that it need not be sent again, and the SHA-256 of it, so
-- that what was sent again is known.
create table price_answer (
  area text not null,
  day text not null,
  source text not null,
  name text,
  digest text not null,
  fetched_at text not null,
  primary key (area, day)
) strict, without rowid;

-- Prices that a later revision has replaced.
create table market_price_before (
  area text not null,
  currency text not null,
  quarter integer not null,
  replaced_at text not null,
  micro_per_kwh integer not null,
  source text not null,
  taken_at text not null,
  primary key (area, currency, quarter, replaced_at)
) strict, without rowid;
