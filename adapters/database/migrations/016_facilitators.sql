-- The Discord role, or the Slack channel, whose members may change a group: no person is
-- named. Empty for nobody.
alter table groups add column facilitators text not null default '';
