-- The company that pays for a person, as JSON; none for who pays themselves. It is read and written whole.
alter table person add column payer text;
