-- The words of the mail server beside our own code: whoever reads them can often put the address or the setting right.
alter table notice add column fault_words text;
