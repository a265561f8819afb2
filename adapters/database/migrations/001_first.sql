-- Times are milliseconds since 1970 in UTC; 0 means none. The same statements
-- run on SQLite and PostgreSQL. Nothing in here names a member.

create table groups (
	id           text   primary key,
	name         text   not null,
	zone         text   not null,
	langs        text   not null, -- comma-separated
	quiet        text   not null,
	sessions     text   not null, -- JSON
	skips        text   not null, -- JSON
	paused_until bigint not null,
	moderators   text   not null, -- the place whose readers hear of trouble; may be empty
	removed_at   bigint not null,
	version      bigint not null -- counts people's changes
);

create table places (
	group_id text   not null references groups (id),
	place    text   not null,
	position bigint not null,
	live     bigint not null, -- 0 once the group was removed
	primary key (group_id, place)
);
create unique index places_live on places (place) where live = 1;

create table reminders (
	id           text   primary key,
	group_id     text   not null references groups (id),
	topic        text   not null,
	rule         text   not null,
	late_ms      bigint not null,
	paused_until bigint not null,
	fault        text   not null,
	next_at      bigint, -- null while nothing is to come
	next_nominal text   not null,
	removed_at   bigint not null,
	version      bigint not null -- counts people's changes
);
create index reminders_due on reminders (next_at) where next_at is not null;
create index reminders_group on reminders (group_id);

-- When each card of a rotation was last planned; 0 when that came to nothing.
create table rotations (
	reminder_id text   not null references reminders (id),
	card        text   not null,
	used_at     bigint not null,
	nominal     text   not null,
	primary key (reminder_id, card)
);

create table deliveries (
	key         text   primary key,
	kind        text   not null,
	reminder_id text   not null, -- for other kinds an ID of their own
	group_id    text   not null,
	place       text   not null,
	nominal     text   not null,
	at          bigint not null,
	card        text   not null,
	body        text   not null,
	state       text   not null,
	reason      text   not null,
	attempts    bigint not null,
	begun_at    bigint not null,
	settled_at  bigint not null,
	message     text   not null,
	hash        text   not null,
	unique (reminder_id, nominal, place)
);
create index deliveries_at on deliveries (at);
create index deliveries_group on deliveries (group_id, at);
create index deliveries_open on deliveries (place, at) where state in ('due', 'sending');

-- The next free moment of whatever has a pace: a platform, a channel.
create table paces (
	name    text   primary key,
	next_at bigint not null
);

create table approvals (
	card        text   not null,
	lang        text   not null,
	hash        text   not null,
	reviewer    text   not null,
	approved_at bigint not null,
	review_by   bigint not null,
	primary key (card, lang, hash)
);

create table audit (
	id     text   primary key, -- sorts by time
	at     bigint not null,
	actor  text   not null,
	action text   not null,
	target text   not null,
	detail text   not null
);
create index audit_at on audit (at);

-- Moments in the database's own life: "restored".
create table marks (
	name text   primary key,
	at   bigint not null
);

-- What a human was told of, and whether it has healed.
create table troubles (
	subject   text   primary key,
	reason    text   not null,
	group_id  text   not null,
	since     bigint not null,
	last_at   bigint not null,
	count     bigint not null,
	healed_at bigint not null
);

-- What staff learn of concerns: no author, no text and no time of sending, only
-- the hour at which staff are told (0 once they were). What comes later of the
-- same group, category and day is counted up to a bound; shown is the count that
-- staff have been told of.
create table concerns (
	id       text   primary key,
	group_id text   not null,
	category text   not null,
	day      text   not null,
	count    bigint not null,
	shown    bigint not null,
	state    text   not null,
	tell_at  bigint not null
);
create unique index concerns_open on concerns (group_id, category, day) where state <> 'done';
create index concerns_untold on concerns (tell_at) where tell_at > 0;
