-- Corrections and withdrawals of posts are deliveries: follows is the key of the post,
-- revision names those that were asked for together. A post remembers what became of
-- it last, and the hash of the words that stand there since it was corrected.
alter table deliveries add column revision text not null default '';
alter table deliveries add column became text not null default '';
alter table deliveries add column stands text not null default '';
create index deliveries_card on deliveries (card, at) where message <> '';
create index deliveries_follows on deliveries (follows) where follows <> '';
create index deliveries_revision on deliveries (revision) where revision <> '';

-- How many posts of each card, which still stood, the record no longer reaches back to.
create table forgotten (
	card  text   primary key,
	posts bigint not null
);
