-- Single sessions of a group that were cancelled or moved.
alter table groups add column exceptions text not null default 'null'; -- JSON
