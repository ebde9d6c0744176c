-- Somebody with protected identity is found by name alone: their addresses and numbers are no longer looked up.
delete from search_term
where kind = 'person' and subject_id in (select id from person where protected_identity = 1)
  and (term like '%@%' or (term >= '0' and term < ':'));
