-- Reminders of invoices: the figures of law, what an organisation has chosen, runs, and what each reminder was for.

-- Figures that were added to those that come with the program. They belong to the host: law is the same for every owner.
create table reminder_figure (
  country text collate "C" not null,
  kind text collate "C" not null,
  valid_from date not null,
  value bigint not null,
  source text collate "C" not null,
  made_by_login_id uuid,
  created_at timestamptz not null,
  primary key (country, kind, valid_from)
);

create table reminder_settings (
  organisation_id uuid primary key not null references organisation (id),
  is_on boolean not null,
  after_days bigint not null,
  due_days bigint not null,
  fee_minor bigint not null,
  fee_is_agreed boolean not null,
  has_interest boolean not null,
  most bigint not null,
  smallest_minor bigint not null,
  row_version bigint not null
);

-- What somebody looked at before it was made: letters with their sums, and what is left out, as JSON. It holds for its day.
create table reminder_run (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  facility_id uuid references facility (id),
  made_on date not null,
  plan text collate "C" not null,
  planned_by_login_id uuid references login (id),
  created_at timestamptz not null,
  committed_at timestamptz
);
create index reminder_run_by_organisation on reminder_run (organisation_id, created_at, id);

-- What a reminder costs by itself, and the run that made it; its number and its sums are those of a document.
create table reminder (
  document_id uuid primary key not null references document (id),
  run_id uuid not null references reminder_run (id),
  fee_minor bigint not null check (fee_minor >= 0)
);
create index reminder_by_run on reminder (run_id);

-- The invoices that a reminder was for, with what was open of each on its day and the interest that it asked for.
create table reminder_item (
  reminder_id uuid not null references reminder (document_id),
  invoice_id uuid not null references document (id),
  open_minor bigint not null,
  interest_minor bigint not null check (interest_minor >= 0),
  primary key (reminder_id, invoice_id)
);
create index reminder_item_by_invoice on reminder_item (invoice_id);

-- Invoices that are not reminded of for now.
create table reminder_pause (
  document_id uuid primary key not null references document (id),
  until_on date,
  reason text collate "C" not null,
  made_by_login_id uuid,
  created_at timestamptz not null
);

-- What a line is sold as that asks for no charge, such as the fee of a reminder.
alter table document_line add column component text collate "C";
