-- Tries at names, passwords, codes and links, so that whoever guesses has to wait, after a restart as well. The subject
-- is an id or a digest: what is typed as a name may be a password in the wrong field, and an address is somebody's.
create table guess (
  kind text not null,
  subject bytea not null,
  tries bigint not null,
  last_at timestamptz not null,
  primary key (kind, subject)
);
create index guess_by_time on guess (last_at);

-- When the last of `failed_count` was: old failures are forgotten.
alter table login add column failed_at timestamptz;

-- Links to choose a password that were asked for. They are made afterwards, so that asking takes the same time whether
-- the login exists or not.
create table reset_ask (
  id uuid primary key not null,
  login_id uuid references login (id) on delete cascade,
  origin text not null,
  correlation uuid not null,
  asked_at timestamptz not null
);
create index reset_ask_by_time on reset_ask (asked_at, id);
