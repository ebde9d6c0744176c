-- Whether what somebody has paid too much follows to their next invoice.
alter table billing add column carries_over integer not null default 1;
