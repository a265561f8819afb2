-- Reasons and subjects become columns: until now they were sentences.

-- Every reason on record, with what it means.
create table old_reasons as select reason,
	case
		when reason = 'late' then 'late'
		when reason = 'late: a newer one is due' then 'late_newer'
		when reason like 'late, and all others before %' then 'late_gap'
		when reason = 'quiet hours' then 'quiet_hours'
		when reason = 'not approved' then 'not_approved'
		when reason in ('withdrawn', 'paused', 'removed') then reason
		when reason = 'skipped date' then 'skipped_date'
		when reason = 'session cancelled' then 'session_cancelled'
		when reason = 'session moved' then 'session_moved'
		when reason like 'unreachable: % is not set up in this program' then 'not_set_up'
		when reason like 'unreachable%' then 'unreachable'
		when reason like 'refused: %' then 'refused'
		when reason = 'unknown: no program serves this platform' then 'unknown_alone'
		when reason like 'unknown: %' then 'unknown'
		when reason = 'not delivered: no program serves this platform' then 'not_served'
		when reason = 'not delivered: an attempt was cut off' then 'cut_off'
		when reason = 'not delivered: the notice before it could not be changed' then 'unamended'
		when reason like 'not delivered: rate limited%' or reason like 'rate limited for %' then 'rate_limited'
		when reason like 'not delivered: the channel has slowmode, and the bot has to wait %: let its role bypass%' then 'slowmode'
		when reason like 'not delivered: %' then 'not_delivered'
		when reason = 'stopped before sending' then 'stopped'
		when reason = 'held up before sending' then 'held_up'
		when reason = 'the program is not connected' then 'not_connected'
		else 'recorded'
	end as code,
	case
		when reason in ('late', 'late: a newer one is due', 'quiet hours', 'not approved', 'withdrawn', 'paused', 'removed', 'skipped date', 'session cancelled', 'session moved',
			'unreachable: place cannot be reached', 'refused: message rejected', 'unknown: no program serves this platform', 'unknown: outcome unknown',
			'not delivered: no program serves this platform', 'not delivered: an attempt was cut off', 'not delivered: the notice before it could not be changed',
			'not delivered: rate limited', 'stopped before sending', 'held up before sending', 'the program is not connected') then ''
		when reason like 'late, and all others before %' then substr(reason, length('late, and all others before ') + 1)
		when reason like 'unreachable: % is not set up in this program'
			then substr(reason, length('unreachable: ') + 1, length(reason) - length('unreachable: ') - length(' is not set up in this program'))
		when reason like 'unreachable: place cannot be reached: %' then substr(reason, length('unreachable: place cannot be reached: ') + 1)
		when reason like 'unreachable: %' then substr(reason, length('unreachable: ') + 1)
		when reason like 'refused: %' then substr(reason, length('refused: ') + 1)
		when reason like 'unknown: %' then substr(reason, length('unknown: ') + 1)
		when reason like 'not delivered: rate limited for %' then substr(reason, length('not delivered: rate limited for ') + 1)
		when reason like 'rate limited for %' then substr(reason, length('rate limited for ') + 1)
		when reason like 'not delivered: the channel has slowmode, and the bot has to wait %: let its role bypass%'
			then substr(reason, length('not delivered: the channel has slowmode, and the bot has to wait ') + 1,
				length(reason) - length('not delivered: the channel has slowmode, and the bot has to wait : let its role bypass slowmode there, or turn slowmode off'))
		when reason like 'not delivered: %' then substr(reason, length('not delivered: ') + 1)
		else reason
	end as detail
from (select reason from deliveries where reason <> '' union select reason from troubles) r;
create index old_reasons_reason on old_reasons (reason);

alter table deliveries add column reason_detail text not null default '';
update deliveries set
	reason = (select o.code from old_reasons o where o.reason = deliveries.reason),
	reason_detail = (select o.detail from old_reasons o where o.reason = deliveries.reason)
where reason <> '';

-- What a notice is about (see bot.Subject), since when, and what became of it.
alter table deliveries add column about_kind text not null default '';
alter table deliveries add column about_place text not null default '';
alter table deliveries add column about_id text not null default '';
alter table deliveries add column about_since bigint not null default 0;
alter table deliveries add column turn text not null default '';
alter table deliveries add column follows text not null default ''; -- the key of the notice that this one follows up
alter table deliveries add column news text not null default ''; -- what else it tells, as JSON

-- The names of notices, first cut at their turn, then at the parts of the subject.
create table old_names as select key, place, reminder_id as name,
	case when reminder_id like '% then healed' then 'healed' when reminder_id like '% then taken' then 'taken' when reminder_id like '% then done' then 'done' else '' end as turn,
	case
		when reminder_id like '% then healed' then substr(reminder_id, 1, length(reminder_id) - length(' then healed'))
		when reminder_id like '% then taken' then substr(reminder_id, 1, length(reminder_id) - length(' then taken'))
		when reminder_id like '% then done' then substr(reminder_id, 1, length(reminder_id) - length(' then done'))
		else reminder_id
	end as opening
from deliveries where kind = 'notice';
create index old_names_opening on old_names (opening, place, turn);

-- The stamp of a notice is its last 19 characters, such as 20261130T170001.000; the
-- subject stands between "notice " and the stamp.
create table old_notices as select key, place, turn, opening,
	case when opening like 'notice many %' or opening like 'concern %' or opening like 'digest %' then opening
		else substr(opening, length('notice ') + 1, length(opening) - length('notice ') - 20) end as subject,
	case when opening like 'notice many %' or opening like 'concern %' or opening like 'digest %' then ''
		else substr(opening, length(opening) - 18) end as stamp
from old_names where opening like 'notice %' or opening like 'concern %' or opening like 'digest %';
create index old_notices_key on old_notices (key);

-- Days since 1970 by way of the Julian day number.
create table old_moments as select stamp,
	(((day + (153 * (month + 12 * ((14 - month) / 12) - 3) + 2) / 5 + 365 * (year + 4800 - (14 - month) / 12)
		+ (year + 4800 - (14 - month) / 12) / 4 - (year + 4800 - (14 - month) / 12) / 100 + (year + 4800 - (14 - month) / 12) / 400
		- 32045 - 2440588) * 24 + hour) * 60 + minute) * 60000 + second * 1000 + milli as at
from (select stamp, cast(substr(stamp, 1, 4) as bigint) as year, cast(substr(stamp, 5, 2) as bigint) as month, cast(substr(stamp, 7, 2) as bigint) as day,
		cast(substr(stamp, 10, 2) as bigint) as hour, cast(substr(stamp, 12, 2) as bigint) as minute, cast(substr(stamp, 14, 2) as bigint) as second,
		cast(substr(stamp, 17, 3) as bigint) as milli
	from (select distinct stamp from old_notices where stamp <> '') s) p;
create index old_moments_stamp on old_moments (stamp);

update deliveries set
	turn = (select o.turn from old_notices o where o.key = deliveries.key),
	about_kind = (select case
			when o.subject like 'notice many %' then 'many'
			when o.subject like 'concern %' then 'concern' when o.subject like 'digest %' then 'digest'
			when o.subject like 'place %' then 'place' when o.subject like 'message %' then 'message' when o.subject like 'audience %' then 'audience'
			when o.subject like 'platform %' then 'platform' when o.subject like 'connection %' then 'connection' when o.subject like 'access %' then 'access'
			when o.subject like 'reminder %' then 'reminder' else o.subject
		end from old_notices o where o.key = deliveries.key),
	about_place = (select case
			when o.subject like 'place %' then substr(o.subject, length('place ') + 1)
			when o.subject like 'message %' then substr(o.subject, length('message ') + 1)
			when o.subject like 'audience %' then substr(o.subject, length('audience ') + 1) else ''
		end from old_notices o where o.key = deliveries.key),
	about_id = (select case
			when o.subject like 'concern %' then substr(o.subject, length('concern ') + 1)
			when o.subject like 'digest %' then substr(o.subject, length('digest ') + 1)
			when o.subject like 'platform %' then substr(o.subject, length('platform ') + 1)
			when o.subject like 'connection %' then substr(o.subject, length('connection ') + 1)
			when o.subject like 'access %' then substr(o.subject, length('access ') + 1)
			when o.subject like 'reminder %' then substr(o.subject, length('reminder ') + 1) else ''
		end from old_notices o where o.key = deliveries.key),
	about_since = (select case
			when o.subject like 'notice many %' then cast(substr(o.subject, length('notice many ') + 1) as bigint)
			else coalesce((select m.at from old_moments m where m.stamp = o.stamp), 0)
		end from old_notices o where o.key = deliveries.key),
	follows = coalesce((select f.key from old_notices o join old_names f on f.opening = o.opening and f.place = o.place and f.turn = ''
		where o.key = deliveries.key and o.turn <> ''), '')
where key in (select key from old_notices);
create index deliveries_about on deliveries (about_kind, about_place, about_id, about_since) where kind = 'notice';

-- Troubles go by their subjects.
create table new_troubles (
	kind          text   not null,
	place         text   not null,
	id            text   not null,
	reason        text   not null,
	reason_detail text   not null,
	group_id      text   not null,
	since         bigint not null,
	last_at       bigint not null,
	count         bigint not null,
	healed_at     bigint not null,
	primary key (kind, place, id)
);
insert into new_troubles (kind, place, id, reason, reason_detail, group_id, since, last_at, count, healed_at)
select
	case
		when t.subject like 'place %' then 'place' when t.subject like 'message %' then 'message' when t.subject like 'audience %' then 'audience'
		when t.subject like 'platform %' then 'platform' when t.subject like 'connection %' then 'connection' when t.subject like 'access %' then 'access'
		when t.subject like 'reminder %' then 'reminder' else t.subject
	end,
	case when t.subject like 'place %' then substr(t.subject, length('place ') + 1)
		when t.subject like 'message %' then substr(t.subject, length('message ') + 1)
		when t.subject like 'audience %' then substr(t.subject, length('audience ') + 1) else '' end,
	case when t.subject like 'platform %' then substr(t.subject, length('platform ') + 1)
		when t.subject like 'connection %' then substr(t.subject, length('connection ') + 1)
		when t.subject like 'access %' then substr(t.subject, length('access ') + 1)
		when t.subject like 'reminder %' then substr(t.subject, length('reminder ') + 1) else '' end,
	case when o.code = 'recorded' and t.subject like 'platform %' then 'down'
		when o.code = 'recorded' and t.subject like 'access %' then 'no_access'
		when o.code = 'recorded' and t.subject like 'audience %' then 'exposed'
		when o.code = 'recorded' and t.subject like 'reminder %' then 'rule_fault' else o.code end,
	o.detail, t.group_id, t.since, t.last_at, t.count, t.healed_at
from troubles t join old_reasons o on o.reason = t.reason;
drop table troubles;
alter table new_troubles rename to troubles;

drop table old_moments;
drop table old_notices;
drop table old_names;
drop table old_reasons;
