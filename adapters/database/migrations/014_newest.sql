-- Of some reminders only the newest post stands in a channel: 1 for those.
alter table reminders add column keep_newest bigint not null default 0;
