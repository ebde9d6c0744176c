-- Tries at names, passwords, codes and links, so that whoever guesses has to wait, after a restart as well. The subject
-- is an id or a digest: what is typed as a name may be a password in the wrong field, and an address is somebody's.
create table guess (
  kind text not null,
  subject blob not null,
  tries integer not null,
  last_at text not null,
  primary key (kind, subject)
) strict;
create index guess_by_time on guess (last_at);

-- When the last of `failed_count` was: old failures are forgotten.
alter table login add column failed_at text;

-- Links to choose a password that were asked for. They are made afterwards, so that asking takes the same time whether
-- the login exists or not.
create table reset_ask (
  id blob primary key not null,
  login_id blob references login (id) on delete cascade,
  origin text not null,
  correlation blob not null,
  asked_at text not null
) strict;
create index reset_ask_by_time on reset_ask (asked_at, id);
