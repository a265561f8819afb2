-- Several reviewers can sign the same words.
create table signatures (
	card        text   not null,
	lang        text   not null,
	hash        text   not null,
	reviewer    text   not null,
	approved_at bigint not null,
	review_by   bigint not null,
	text        text   not null default '',
	primary key (card, lang, hash, reviewer)
);
insert into signatures (card, lang, hash, reviewer, approved_at, review_by, text)
	select card, lang, hash, reviewer, approved_at, review_by, text from approvals;
drop table approvals;
alter table signatures rename to approvals;

-- Who signs, as the administrator named them; an ID is empty for none.
create table reviewers (
	name    text primary key,
	slack   text not null,
	discord text not null
);
create unique index reviewers_slack on reviewers (slack) where slack <> '';
create unique index reviewers_discord on reviewers (discord) where discord <> '';
