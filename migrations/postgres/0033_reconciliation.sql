-- What payment providers say that they have paid out, and what somebody has said of what does not agree.

-- A settlement is known by what its provider calls it. `received_id` is the line of the bank that it was matched with.
create table provider_settlement (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  provider text not null,
  number text not null,
  kind text not null,
  name text not null,
  digest bytea not null,
  settled_on date not null,
  currency text not null,
  gross_minor bigint not null,
  fee_minor bigint not null,
  net_minor bigint not null,
  received_id uuid references incoming_payment (id),
  taken_by_login_id uuid,
  row_version bigint not null,
  created_at timestamptz not null,
  check (gross_minor - fee_minor = net_minor)
);
create unique index provider_settlement_once on provider_settlement (organisation_id, provider, number);
create unique index provider_settlement_received on provider_settlement (received_id) where received_id is not null;
create index provider_settlement_by_digest on provider_settlement (organisation_id, digest);
create index provider_settlement_by_day on provider_settlement (organisation_id, settled_on, id);

-- `attempt_id` is the try to pay that a line is the money of, as far as it was known when the line was taken in.
create table provider_settlement_line (
  id uuid primary key not null,
  settlement_id uuid not null references provider_settlement (id),
  organisation_id uuid not null references organisation (id),
  kind text not null,
  reference text,
  movement text,
  sold_on date,
  gross_minor bigint not null,
  fee_minor bigint not null,
  attempt_id uuid references payment_attempt (id),
  line bigint not null
);
create index provider_settlement_line_by_settlement on provider_settlement_line (settlement_id);
create index provider_settlement_line_by_attempt on provider_settlement_line (attempt_id) where attempt_id is not null;
create index provider_settlement_line_unknown on provider_settlement_line (organisation_id) where attempt_id is null;

-- `subject_id` is that of the try, the line or the settlement that a difference is about; `corrected_minor` is how much of it
-- was put right.
create table difference_care (
  organisation_id uuid not null references organisation (id),
  subject_id uuid not null,
  owner_login_id uuid,
  note text not null,
  corrected_minor bigint not null,
  row_version bigint not null,
  primary key (organisation_id, subject_id)
);

create index payment_attempt_booked on payment_attempt (organisation_id, booked_at) where booked_at is not null;
