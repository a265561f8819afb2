-- Which cards each process that serves has in force, by their fingerprint; moments are
-- milliseconds.
create table in_force (
	process text   primary key,
	cards   text   not null,
	seen    bigint not null -- when it last said so
);
