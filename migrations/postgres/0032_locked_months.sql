-- Months that are locked. Nothing is posted before `books_open_from`; none while no month ever was locked.
alter table organisation add column books_open_from date;

-- The day on which a transfer stands in the books, where that is not the day on which it counts: the month of that day was
-- locked when it was written down.
alter table ledger_transfer add column booked_on date check (booked_on > value_on);

-- What was handed over of a locked month, as it was made: taken out again, it is the same to the byte.
create table locked_month (
  organisation_id uuid not null references organisation (id),
  month text not null,
  package bytea not null,
  digest bytea not null,
  locked_by_login_id uuid,
  locked_at timestamptz not null,
  primary key (organisation_id, month)
);
