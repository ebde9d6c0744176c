-- By which methods residents of a facility may pay, and from which day. What was written down is never changed: what was
-- valid on a day follows from it. `methods` is a JSON list in its order; null is everybody with whom there is an agreement.
create table payment_method_list (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  facility_id blob not null references facility (id),
  place integer not null check (place > 0),
  applies_from text not null,
  methods text,
  created_at text not null
) strict;
create unique index payment_method_list_place on payment_method_list (facility_id, place);

-- What payers accept by paying: written once, valid from a day on and never changed. `texts` is JSON, by language.
create table terms (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  kind text not null,
  place integer not null check (place > 0),
  applies_from text not null,
  texts text not null,
  created_at text not null
) strict;
create unique index terms_place on terms (organisation_id, kind, place);

-- Which terms were accepted with a try to pay, and when.
create table payment_terms (
  payment_id blob not null references payment (id),
  attempt_id blob not null references payment_attempt (id),
  terms_id blob not null references terms (id),
  organisation_id blob not null references organisation (id),
  accepted_at text not null,
  primary key (attempt_id, terms_id)
) strict;
create index payment_terms_by_payment on payment_terms (payment_id);
