-- What was said of payments can be taken back, and a deposit that two files tell of is counted once.

-- Where a document stood before it was paid, so that it stands there again when the payment was for something else.
alter table document add column paid_from text;

-- The first payment of the deposit that this one is the sum of. It may have come with a later file.
alter table incoming_payment add column same_as_id blob;
create unique index incoming_payment_same_once on incoming_payment (same_as_id) where same_as_id is not null;
