-- Cards that a provider keeps for a payer: by which name they are charged, and where they stand. No number of a card is here.

-- `account` is who the owner was at the provider when the card was saved: nobody else may charge it. `reference` is what the
-- provider calls it. A card is written down before the provider is asked to keep it, under an id that is our name for it there.
create table saved_card (
  id uuid primary key not null,
  organisation_id uuid not null references organisation (id),
  person_id uuid not null references person (id),
  agreement_id uuid not null references payment_agreement (id),
  provider text collate "C" not null,
  account text collate "C" not null,
  state text collate "C" not null,
  ended_by text collate "C",
  reference text collate "C",
  onward text collate "C",
  code text collate "C",
  words text collate "C",
  saved_at timestamptz,
  ended_at timestamptz,
  used_at timestamptz,
  asked_at timestamptz,
  next_ask_at timestamptz,
  moved_at timestamptz not null,
  row_version bigint not null,
  created_at timestamptz not null
);
create index saved_card_by_person on saved_card (person_id, created_at);
create unique index saved_card_one on saved_card (organisation_id, person_id) where state = 'saved';
create index saved_card_by_reference on saved_card (provider, reference) where reference is not null;
create index saved_card_due on saved_card (next_ask_at) where next_ask_at is not null;

-- A try by a saved card waits until that is saved, and is charged once: `charged_at` is written before the provider is asked.
alter table payment_attempt add column saved_card_id uuid references saved_card (id);
alter table payment_attempt add column charged_at timestamptz;
create index payment_attempt_by_card on payment_attempt (saved_card_id) where saved_card_id is not null;

-- Whether a provider keeps cards for whom an agreement is with, as it said when it was last asked.
alter table payment_agreement add column saves_cards boolean;
alter table payment_agreement add column cards_asked_at timestamptz;

-- What providers have sent tells of a try or of a saved card.
alter table payment_callback alter column attempt_id drop not null;
alter table payment_callback add column saved_card_id uuid references saved_card (id)
  check ((attempt_id is null) <> (saved_card_id is null));
create unique index payment_callback_card_once on payment_callback (provider, saved_card_id, event) where saved_card_id is not null;
