-- What is kept in view, and its revisions, remember for which version of the group they were
-- made, and revisions the hash of the words that they were to put there.
alter table deliveries add column group_version bigint not null default 0;
alter table deliveries add column asked text not null default '';
