-- Where the records went, or that they have not all come: see copy.go.
create table moved (
	state text   primary key, -- 'to': all was copied to the place; 'unfinished': this is a copy that is not whole
	place text   not null,
	at    bigint not null
);
