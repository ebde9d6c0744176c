-- The half minute of the last second factor that was accepted: a code that was seen is of no use again (RFC 6238, 5.2).
alter table login add column totp_used_step integer;
