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
