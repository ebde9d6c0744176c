-- Reminders of invoices: the figures of law, what an organisation has chosen, runs, and what each reminder was for.

-- Figures that were added to those that come with the program. They belong to the host: law is the same for every owner.
create table reminder_figure (
  country text not null,
  kind text not null,
  valid_from text not null,
  value integer not null,
  source text not null,
  made_by_login_id blob,
  created_at text not null,
  primary key (country, kind, valid_from)
) strict, without rowid;

create table reminder_settings (
  organisation_id blob primary key not null references organisation (id),
  is_on integer not null,
  after_days integer not null,
  due_days integer not null,
  fee_minor integer not null,
  fee_is_agreed integer not null,
  has_interest integer not null,
  most integer not null,
  smallest_minor integer not null,
  row_version integer not null
) strict;

-- What somebody looked at before it was made: letters with their sums, and what is left out, as JSON. It holds for its day.
create table reminder_run (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  facility_id blob references facility (id),
  made_on text not null,
  plan text not null,
  planned_by_login_id blob references login (id),
  created_at text not null,
  committed_at text
) strict;
create index reminder_run_by_organisation on reminder_run (organisation_id, created_at, id);

-- What a reminder costs by itself, and the run that made it; its number and its sums are those of a document.
create table reminder (
  document_id blob primary key not null references document (id),
  run_id blob not null references reminder_run (id),
  fee_minor integer not null check (fee_minor >= 0)
) strict;
create index reminder_by_run on reminder (run_id);

-- The invoices that a reminder was for, with what was open of each on its day and the interest that it asked for.
create table reminder_item (
  reminder_id blob not null references reminder (document_id),
  invoice_id blob not null references document (id),
  open_minor integer not null,
  interest_minor integer not null check (interest_minor >= 0),
  primary key (reminder_id, invoice_id)
) strict;
create index reminder_item_by_invoice on reminder_item (invoice_id);

-- Invoices that are not reminded of for now.
create table reminder_pause (
  document_id blob primary key not null references document (id),
  until_on text,
  reason text not null,
  made_by_login_id blob,
  created_at text not null
) strict;

-- What a line is sold as that asks for no charge, such as the fee of a reminder.
alter table document_line add column component text;
