-- A reminder's rule as it was typed, where that is not what is shown; rule keeps the
-- canonical form.
alter table reminders add column typed text not null default '';
