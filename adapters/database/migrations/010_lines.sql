-- Crisis lines that are out of service for a time; moments are milliseconds.
create table down_lines (
	line     text   primary key,
	until    bigint not null, -- then it is in service again, by itself
	instead  text   not null, -- the line to use meanwhile
	reviewer text   not null, -- who signed it
	at       bigint not null
);
