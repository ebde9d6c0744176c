-- What whoever paid was told of money on its way back to them: which news, and by which message, or why by none. Messages go when
-- somebody is erased; that there was one stays.
create table money_word (
  id blob primary key not null,
  organisation_id blob not null references organisation (id),
  refund_id blob references refund (id),
  payout_id blob references payout (id),
  news text not null,
  notice_id blob,
  untold text,
  created_at text not null,
  check ((refund_id is null) <> (payout_id is null)),
  check ((notice_id is null) <> (untold is null))
) strict;
create index money_word_by_refund on money_word (refund_id) where refund_id is not null;
create index money_word_by_payout on money_word (payout_id) where payout_id is not null;
