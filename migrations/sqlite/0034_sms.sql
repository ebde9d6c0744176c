-- How messages reach somebody, as they chose.
alter table person add column channel text;

-- By which way a message goes. Of an SMS: how many parts are paid for, what the gateway asked for them, and when it was on
-- the phone.
alter table notice add column channel text not null default 'mail';
alter table notice add column parts integer;
alter table notice add column cost_e4 integer;
alter table notice add column cost_currency text;
alter table notice add column delivered_at text;

-- Each time that a gateway is asked to send an SMS, written down before it is asked. The text stands here until it is known
-- whether the gateway took it.
create table sms_sending (
  id blob primary key not null,
  notice_id blob not null references notice (id) on delete cascade,
  provider text not null,
  address text not null,
  text text,
  report_to text,
  report_key text not null,
  state text not null,
  reference text,
  hint text,
  code text,
  words text,
  look_count integer not null check (look_count >= 0),
  looked_at text,
  next_look_at text,
  created_at text not null
) strict;
create index sms_sending_by_notice on sms_sending (notice_id, created_at);
create unique index sms_sending_by_reference on sms_sending (provider, reference) where reference is not null;
create index sms_sending_due on sms_sending (next_look_at) where next_look_at is not null;

-- What gateways have reported, as it came. `outcome` is what became of it.
create table sms_report (
  id blob primary key not null,
  sending_id blob not null references sms_sending (id) on delete cascade,
  event text not null,
  body text not null,
  outcome text not null,
  repeated integer not null check (repeated >= 0),
  received_at text not null
) strict;
create unique index sms_report_once on sms_report (sending_id, event);

-- What was refused of what came in a gateway's name: counted, and not kept.
create table sms_report_refused (
  provider text not null,
  reason text not null,
  count integer not null check (count > 0),
  last_at text not null,
  primary key (provider, reason)
) strict;
