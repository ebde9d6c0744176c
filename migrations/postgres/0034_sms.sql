-- How messages reach somebody, as they chose.
alter table person add column channel text collate "C";

-- By which way a message goes. Of an SMS: how many parts are paid for, what the gateway asked for them, and when it was on
-- the phone.
alter table notice add column channel text collate "C" not null default 'mail';
alter table notice add column parts bigint;
alter table notice add column cost_e4 bigint;
alter table notice add column cost_currency text collate "C";
alter table notice add column delivered_at timestamptz;

-- Each time that a gateway is asked to send an SMS, written down before it is asked. The text stands here until it is known
-- whether the gateway took it.
create table sms_sending (
  id uuid primary key not null,
  notice_id uuid not null references notice (id) on delete cascade,
  provider text collate "C" not null,
  address text collate "C" not null,
  text text collate "C",
  report_to text collate "C",
  report_key text collate "C" not null,
  state text collate "C" not null,
  reference text collate "C",
  hint text collate "C",
  code text collate "C",
  words text collate "C",
  look_count bigint not null check (look_count >= 0),
  looked_at timestamptz,
  next_look_at timestamptz,
  created_at timestamptz not null
);
create index sms_sending_by_notice on sms_sending (notice_id, created_at);
create unique index sms_sending_by_reference on sms_sending (provider, reference) where reference is not null;
create index sms_sending_due on sms_sending (next_look_at) where next_look_at is not null;

-- What gateways have reported, as it came. `outcome` is what became of it.
create table sms_report (
  id uuid primary key not null,
  sending_id uuid not null references sms_sending (id) on delete cascade,
  event text collate "C" not null,
  body text collate "C" not null,
  outcome text collate "C" not null,
  repeated bigint not null check (repeated >= 0),
  received_at timestamptz not null
);
create unique index sms_report_once on sms_report (sending_id, event);

-- What was refused of what came in a gateway's name: counted, and not kept.
create table sms_report_refused (
  provider text collate "C" not null,
  reason text collate "C" not null,
  count bigint not null check (count > 0),
  last_at timestamptz not null,
  primary key (provider, reason)
);
