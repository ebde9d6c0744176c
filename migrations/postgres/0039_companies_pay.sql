-- A company to which documents are made out that collect what several people owe: it owes them itself. Its id follows from
-- the organisation and its number.
create table company (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  country text not null,
  organisation_number text not null,
  name text not null,
  sort_key bytea not null,
  created_at timestamptz not null
);
create unique index company_by_number on company (organisation_id, country, organisation_number);

alter table ledger_account add column company_id uuid references company (id);
alter table document add column company_id uuid references company (id);
create index document_by_company on document (company_id, created_at) where company_id is not null;
-- Whose a line of such a document is, as JSON; none on a document to one person. It is read and written whole.
alter table document_line add column whose text;
