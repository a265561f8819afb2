-- The words that were signed, so that a later reviewer sees what changed. Approvals from
-- before have none.
alter table approvals add column text text not null default '';
