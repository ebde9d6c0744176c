-- Texts of mail that an organisation has written itself. One that was taken back keeps its row without texts, so that its
-- version goes on counting.
create table mail_template (
  organisation_id uuid not null references organisation (id),
  kind text not null,
  language text not null,
  subject text,
  body text,
  row_version bigint not null,
  changed_at timestamptz not null,
  primary key (organisation_id, kind, language)
);

-- Where a message went in its reader's stead, while everything goes to a test address.
alter table notice add column diverted_to text;
