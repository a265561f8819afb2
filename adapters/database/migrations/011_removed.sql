-- What was removed is looked for once an hour: those few are found without reading all.
create index reminders_removed on reminders (removed_at) where removed_at > 0;
